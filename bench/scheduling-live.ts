import { parseArgs } from 'node:util';
import { ensureBuilt } from '../scripts/build.ts';
import { playLive } from './scheduling/live.ts';
import { builtInTraces } from './scheduling/traces/built-in-traces.ts';
import { changeTraces } from './scheduling/traces/change-traces.ts';
import type { TraceParameters } from './scheduling/traces/trace-parameters.ts';

/**
 * The simulator held against reality: the same trace on real sandbox processes behind a real studio, on a clock that runs faster. The
 * makespans must not differ by more than the limit.
 */
const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    traces: { type: 'string', default: '2-slow-card,3-poisson-80' },
    seed: { type: 'string', default: '1' },
    clock: { type: 'string', default: '4' },
    jobs: { type: 'string', default: '40' },
  },
});

const differenceLimit = 0.05;

/** One batch of a batch trace, so many jobs of one with random arrivals. */
const shorten = (parameters: TraceParameters): readonly TraceParameters[] =>
  changeTraces(parameters, [
    parameters.streams[0]?.type === 'batches' ? 'streams.0.count=1' : `streams.0.jobs=${values.jobs}`,
  ]);

ensureBuilt();
const wanted = values.traces.split(',');
const results = [];
for (const parameters of builtInTraces()
  .filter(({ name }) => wanted.includes(name))
  .flatMap(shorten)) {
  const result = await playLive(parameters, Number(values.seed), Number(values.clock));
  const difference = result.measuredMs / result.predictedMs - 1;
  results.push({ ...result, difference, passed: Math.abs(difference) <= differenceLimit });
}
if (values.json === true) process.stdout.write(`${JSON.stringify({ results, differenceLimit })}\n`);
else
  for (const { trace, jobs, predictedMs, measuredMs, difference, passed } of results)
    process.stdout.write(
      `${passed ? 'PASS' : 'FAIL'}  ${trace}, ${jobs} jobs: predicted ${(predictedMs / 1000).toFixed(1)} s, measured ${(measuredMs / 1000).toFixed(1)} s, ${(difference * 100).toFixed(1)} % (aim within ${differenceLimit * 100} %)\n`,
    );
if (!results.every(({ passed }) => passed)) process.exitCode = 1;
