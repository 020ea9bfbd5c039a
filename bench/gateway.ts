import { parseArgs } from 'node:util';
import { ensureBuilt } from '../scripts/build.ts';
import type { OnFinished } from '../test/studio-fixture.ts';
import { watchProcessors } from './dispatch/busy-processors.ts';
import { type Figure, figureTable } from './gateway/figure.ts';
import { measureNodeList } from './gateway/node-list.ts';
import { measurePreviewFan } from './gateway/preview-fan.ts';
import { measureRequestRate } from './gateway/request-rate.ts';
import { measureSubmitDelay } from './gateway/submit-delay.ts';

/**
 * The gateway beside what stands in its place otherwise, in one run on one machine: (a) an instance asked directly, (b) the same instance
 * behind nginx and HAProxy, (c) previews of many instances to many clients, (d) the list of nodes of a large install.
 */
const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    parts: { type: 'string', default: 'a,b,c,d' },
    rounds: { type: 'string', default: '4' },
    jobs: { type: 'string', default: '150' },
    'jobs-in-crowd': { type: 'string', default: '6' },
    connections: { type: 'string', default: '16' },
    'seconds-a-rate': { type: 'string', default: '4' },
    instances: { type: 'string', default: '16' },
    previews: { type: 'string', default: '30' },
    'preview-seconds': { type: 'string', default: '60' },
    classes: { type: 'string', default: '900' },
  },
});

const notes: string[] = [];

const parts: Readonly<Record<string, (onFinished: OnFinished) => Promise<readonly Figure[]>>> = {
  a: (onFinished) =>
    measureSubmitDelay(onFinished, {
      rounds: Number(values.rounds),
      jobsAlone: Number(values.jobs),
      jobsInCrowd: Number(values['jobs-in-crowd']),
    }),
  b: async (onFinished) => {
    const measured = await measureRequestRate(onFinished, {
      durationMs: Number(values['seconds-a-rate']) * 1000,
      connections: Number(values.connections),
    });
    notes.push(...measured.notes);
    return measured.figures;
  },
  c: (onFinished) =>
    measurePreviewFan(onFinished, {
      instances: Number(values.instances),
      ratePerSecond: Number(values.previews),
      seconds: Number(values['preview-seconds']),
    }),
  d: (onFinished) =>
    measureNodeList(onFinished, {
      classes: Number(values.classes),
      durationMs: Number(values['seconds-a-rate']) * 1000,
    }),
};

/** Each part with processes of its own, all of them gone before the next. */
const runPart = async (name: string): Promise<readonly Figure[]> => {
  const measure = parts[name];
  if (measure === undefined) throw new Error(`--parts takes a list of ${Object.keys(parts).join(', ')}`);
  const cleanups: (() => Promise<void>)[] = [];
  try {
    return await measure((cleanup) => cleanups.push(cleanup));
  } finally {
    for (const cleanup of cleanups.reverse()) await cleanup();
  }
};

ensureBuilt();
const stopWatching = watchProcessors();
const figures: Figure[] = [];
for (const name of values.parts.split(',')) {
  const measured = await runPart(name);
  figures.push(...measured);
  if (values.json !== true) process.stdout.write(`${figureTable(measured)}\n`);
}
const { processors, share, loadAverage } = stopWatching();
const machine = `${processors} processors, ${(share * 100).toFixed(0)} % busy, load average ${loadAverage.toFixed(1)}`;
if (values.json === true) process.stdout.write(`${JSON.stringify({ figures, notes, machine })}\n`);
else process.stdout.write([...notes, machine, ''].join('\n'));
