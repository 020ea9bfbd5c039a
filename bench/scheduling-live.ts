import { parseArgs } from 'node:util';
import { ensureBuilt } from '../scripts/build.ts';
import { playLive } from './scheduling/live.ts';
import { describeRun, planRuns } from './scheduling/live-runs.ts';
import { builtInTraces } from './scheduling/traces/built-in-traces.ts';

/**
 * The simulator held against reality: the same trace on real sandbox processes behind a real studio, on a clock that runs faster. The
 * makespans must not differ by more than the limit.
 */
const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    traces: { type: 'string', default: '2-slow-card,3-poisson-80' },
    seed: { type: 'string', default: '1' },
    clock: { type: 'string' },
    jobs: { type: 'string', default: '40' },
  },
});

const differenceLimit = 0.05;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

ensureBuilt();
const runs = planRuns(builtInTraces(), {
  names: values.traces.split(','),
  clock: values.clock === undefined ? null : Number(values.clock),
  poissonJobs: Number(values.jobs),
});
const results = [];
for (const { parameters, clock } of runs) {
  const result = await playLive(parameters, Number(values.seed), clock);
  const difference = result.measuredMs / result.predictedMs - 1;
  results.push({ ...result, difference, passed: Math.abs(difference) <= differenceLimit });
}
if (values.json === true) process.stdout.write(`${JSON.stringify({ seed: values.seed, results, differenceLimit })}\n`);
else
  for (const { trace, conditions, predictedMs, measuredMs, difference, passed } of results)
    process.stdout.write(
      `${passed ? 'PASS' : 'FAIL'}  ${trace}: predicted ${(predictedMs / 1000).toFixed(1)} s, measured ${(measuredMs / 1000).toFixed(1)} s, ${percent(difference)} (aim within ${percent(differenceLimit)})\n      both with ${describeRun(conditions)}, seed ${values.seed}\n`,
    );
if (!results.every(({ passed }) => passed)) process.exitCode = 1;
