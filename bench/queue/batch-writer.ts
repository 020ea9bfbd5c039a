import { randomUUID } from 'node:crypto';
import { openStore } from './open-store.ts';
import { sampleJob, submission } from './sample-jobs.ts';

/** Queues a batch of as many jobs as the second argument says in the file named first, says so, and goes on writing until it is killed. */
const [path = '', count = '10000'] = process.argv.slice(2);
const store = openStore(path);
const batchId = randomUUID();
const jobs = Array.from({ length: Number(count) }, (_, index) => sampleJob(index, batchId));
const batch = { id: batchId, title: 'Batch', total: jobs.length, parameters: [], priority: 0, submittedAt: Date.now() };
await store.write([{ kind: 'batch', batch }, ...jobs.flatMap(submission)], 'disk');
process.stdout.write('queued\n');
for (;;) {
  for (const job of jobs) {
    await store.write(
      [{ kind: 'update', job: { ...job, view: { ...job.view, rank: job.view.rank + 0.5 } } }],
      'process',
    );
  }
}
