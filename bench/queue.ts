import { parseArgs } from 'node:util';
import { ensureBuilt } from '../scripts/build.ts';
import { type Row, table } from './queue/row.ts';
import { batchRows, pageRows, recoveryRows, submissionRows } from './queue/store-rows.ts';
import { studioRecoveryRows, studioSubmissionRows } from './queue/studio-rows.ts';

/**
 * The durable queue: submissions a second, each awaited by itself, and the time to have 10,000 jobs back after kill -9. `disk` survives
 * a power cut, `process` the end of the program. Once for the store by itself, once for a whole studio over its HTTP API. Aims: 1,000
 * submissions a second, 2 s.
 */
const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    seconds: { type: 'string', default: '3' },
    'store-only': { type: 'boolean' },
    jobs: { type: 'string', default: '10000' },
    'listed-jobs': { type: 'string', default: '100000' },
  },
});
const submissionsPerSecond = 1000;
const recoverySeconds = 2;

const rows: Row[] = [];
const measure = async (some: Promise<readonly Row[]>): Promise<void> => {
  const measured = await some;
  rows.push(...measured);
  if (values.json !== true) process.stdout.write(table(measured));
};

for (const durability of ['disk', 'process'] as const) {
  for (const callers of [1, 16, 256]) {
    await measure(submissionRows(callers, durability, { seconds: Number(values.seconds), aim: submissionsPerSecond }));
  }
}
await measure(batchRows(Number(values.jobs)));
await measure(recoveryRows(Number(values.jobs), recoverySeconds));
if (values['store-only'] !== true) {
  ensureBuilt();
  for (const callers of [1, 16, 64]) {
    const options = { seconds: Number(values.seconds), aim: submissionsPerSecond };
    await measure(studioSubmissionRows(callers, { ...options, over: 'HTTP' }));
    await measure(studioSubmissionRows(callers, { ...options, over: 'websocket' }));
  }
  await measure(studioRecoveryRows(Number(values.jobs), recoverySeconds));
}
await measure(pageRows(Number(values['listed-jobs'])));
if (values.json === true) process.stdout.write(`${JSON.stringify({ rows })}\n`);
