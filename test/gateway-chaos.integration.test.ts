import { expect, it } from 'vitest';
import { chaosFailures, runGatewayChaos } from '../bench/gateway/chaos/run-chaos.ts';

/* A short form of `npm run bench -- gateway-chaos`, which has 1,000 jobs and 20 clients. */

it('each client gets exactly one result for each of its jobs while instances are killed, whatever they do', async () => {
  const report = await runGatewayChaos({
    jobs: 60,
    clients: 6,
    instances: 3,
    kills: 16,
    killEveryMs: 600,
    seed: 7,
    jobLimitMs: 60_000,
  });
  expect(chaosFailures(report)).toEqual([]);
  expect(report.kills.length).toBeGreaterThan(0);
}, 150_000);
