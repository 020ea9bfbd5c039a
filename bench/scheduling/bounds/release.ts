import { loadTimeMs, type Trace, type TraceJob } from '../trace.ts';

/** The least that reading a file can take, for any of the jobs or without one, on any card. */
const leastLoadMs = (trace: Trace): ReadonlyMap<string, number> => {
  const least = new Map<string, number>();
  for (const job of trace.jobs) {
    for (const file of job.workflow.files) {
      for (const card of trace.cards) {
        const durationMs = loadTimeMs(trace, file, { loadFactor: Math.min(1, job.loadFactor) }, card);
        least.set(file.name, Math.min(least.get(file.name) ?? Number.POSITIVE_INFINITY, durationMs));
      }
    }
  }
  return least;
};

/**
 * The earliest moment at which the run of each job can begin. No card holds anything at first, and only a job that needs a file has it
 * loaded: none of its users can run before the first of them came and the file was read once.
 */
export const earliestRuns = (trace: Trace): ReadonlyMap<TraceJob, number> => {
  const loads = leastLoadMs(trace);
  const firstArrival = new Map<string, number>();
  for (const { arrivalAt, workflow } of trace.jobs)
    for (const { name } of workflow.files)
      firstArrival.set(name, Math.min(firstArrival.get(name) ?? Number.POSITIVE_INFINITY, arrivalAt));
  return new Map(
    trace.jobs.map((job) => [
      job,
      Math.max(
        job.arrivalAt,
        ...job.workflow.files.map(({ name }) => (firstArrival.get(name) ?? 0) + (loads.get(name) ?? 0)),
      ),
    ]),
  );
};
