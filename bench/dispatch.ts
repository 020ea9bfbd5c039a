import { parseArgs } from 'node:util';
import { startHeadlessStudio, temporaryFolder } from '../e2e/hosts/headless-studio.ts';
import { ensureBuilt } from '../scripts/build.ts';
import { type DispatchOptions, type DispatchResult, measureDispatch, setUp, writeModel } from './dispatch/measure.ts';
import type { GapParts } from './dispatch/parts.ts';
import { quantile } from './queue/row.ts';

/**
 * From the end of one prompt on an instance to the next one in its queue, as the instance itself tells over its websocket: the time a
 * GPU stands idle between two jobs. Measured by a listener beside the studio, with real sandbox processes and a durable queue. The jobs
 * keep simulated cards busy and leave the processors to the studio, since a GPU does its work without them; how busy those were all
 * the same is printed, and `--previews auto --clock 1 --side 512` is what a crowd looks like.
 */
const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    instances: { type: 'string', default: '16' },
    jobs: { type: 'string', default: '300' },
    clock: { type: 'string', default: '0.01' },
    side: { type: 'string', default: '128' },
    'fewest-steps': { type: 'string', default: '3' },
    'most-steps': { type: 'string', default: '9' },
    previews: { type: 'string', default: 'none' },
  },
});

const aims = { p50Ms: 5, p99Ms: 20 };
const options: DispatchOptions = {
  jobs: Number(values.jobs),
  side: Number(values.side),
  fewestSteps: Number(values['fewest-steps']),
  mostSteps: Number(values['most-steps']),
  clock: Number(values.clock),
  previews: values.previews,
};

const parts: readonly (readonly [string, keyof GapParts])[] = [
  ['from empty to busy', 'totalMs'],
  ['  end heard, next decided', 'decidedMs'],
  ['  written down, way open', 'writtenMs'],
  ['  sent and taken', 'takenMs'],
];

const print = ({ gaps, seamless, processors, bareMs }: DispatchResult): void => {
  const { share, loadAverage } = processors;
  const cell = (value: number): string => value.toFixed(1).padStart(9);
  const lines = parts.map(([name, key]) => {
    const noGaps = key === 'totalMs' ? Array.from({ length: seamless }, () => 0) : [];
    const times = [...noGaps, ...gaps.map((gap) => gap[key])];
    const row = `${name.padEnd(28)}${[0.5, 0.9, 0.99, 1].map((at) => cell(quantile(times, at))).join('')}`;
    if (key !== 'totalMs') return row;
    const [p50, p99] = [quantile(times, 0.5) / aims.p50Ms, quantile(times, 0.99) / aims.p99Ms];
    return `${row}   ${p50.toFixed(2)} of ${aims.p50Ms}, ${p99.toFixed(2)} of ${aims.p99Ms} ms`;
  });
  const bare = [0.5, 0.9, 0.99, 1].map((at) => cell(quantile(bareMs, at))).join('');
  lines.push(`${'the same without the studio'.padEnd(28)}${bare}   history read, next prompt sent, nothing kept`);
  process.stdout.write(
    `${gaps.length + seamless} changes of job on ${values.instances} instances, ${seamless} of them without a gap, in milliseconds; ${processors.processors} processors, ` +
      `${(share * 100).toFixed(0)} % busy, load average ${loadAverage.toFixed(1)}\n` +
      `${''.padEnd(28)}${['p50', 'p90', 'p99', 'longest'].map((name) => name.padStart(9)).join('')}\n${lines.join('\n')}\n`,
  );
};

ensureBuilt();
const folder = await temporaryFolder();
const models = await temporaryFolder();
await writeModel(models.path);
const studio = await startHeadlessStudio({ dataFolder: folder.path, checkOutput: false });
try {
  await setUp(studio, { count: Number(values.instances), models: models.path }, options);
  const result = await measureDispatch(studio, options);
  if (values.json === true) process.stdout.write(`${JSON.stringify({ ...result, aims })}\n`);
  else print(result);
} finally {
  await studio.end('SIGTERM');
  await folder.remove();
  await models.remove();
}
