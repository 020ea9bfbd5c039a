import { parseArgs } from 'node:util';
import { ensureBuilt } from '../scripts/build.ts';
import { chaosFailures, renderChaos, runGatewayChaos } from './gateway/chaos/run-chaos.ts';

/**
 * Clients of the gateway, half with a websocket and half that only ask, submit jobs while instances are killed at random, whatever they
 * have at work. Each client must get exactly one result for each of its jobs: none lost, none twice, and no error seen. A job that loses
 * two instances is set aside by design: its client has to hear of that, with the evidence, asks for it again, and gets its one result then.
 */
const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    jobs: { type: 'string', default: '1000' },
    clients: { type: 'string', default: '20' },
    instances: { type: 'string', default: '3' },
    kills: { type: 'string', default: '60' },
    'kill-every-ms': { type: 'string', default: '2500' },
    seed: { type: 'string', default: '1' },
  },
});

ensureBuilt();
const report = await runGatewayChaos({
  jobs: Number(values.jobs),
  clients: Number(values.clients),
  instances: Number(values.instances),
  kills: Number(values.kills),
  killEveryMs: Number(values['kill-every-ms']),
  seed: Number(values.seed),
  jobLimitMs: 180_000,
});
const failures = chaosFailures(report);
if (values.json === true) process.stdout.write(`${JSON.stringify({ ...report, failures })}\n`);
else process.stdout.write(renderChaos(report, failures));
process.exitCode = failures.length === 0 ? 0 : 1;
