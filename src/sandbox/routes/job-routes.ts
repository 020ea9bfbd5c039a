import { type Answer, json } from '../http/answer.ts';
import { isRecord, jsonBody, type SandboxRequest } from '../http/request.ts';
import { type Route, route } from '../http/router.ts';
import { jobPage, jobQueryOf } from './job-query.ts';
import { detailedJob, finishedJob, type Job, queuedJob } from './jobs.ts';
import type { RouteParts } from './route-parts.ts';

/** Small letters only, as the server writes ids itself. */
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const refused = (error: string): Answer => json({ error }, 400);

/** JSON of the body, or undefined when it is none. */
const optionalJson = async (request: SandboxRequest): Promise<unknown> => {
  try {
    return await jsonBody(request);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/** The jobs API (comfyui-protocol.md 4.6). Its paths carry /api themselves, so their twins are /api/api/jobs. */
export const jobRoutes = ({ queue, history, worker }: RouteParts): readonly Route[] => {
  const allJobs = (): readonly Job[] => [
    ...queue.running().map((item) => queuedJob(item, 'in_progress')),
    ...queue.pending().map((item) => queuedJob(item, 'pending')),
    ...history.all().map(finishedJob),
  ];
  const find = (id: string): unknown => {
    const running = queue.running().find((item) => item.promptId === id);
    if (running !== undefined) return queuedJob(running, 'in_progress');
    const pending = queue.pending().find((item) => item.promptId === id);
    if (pending !== undefined) return queuedJob(pending, 'pending');
    const entry = history.get(id);
    return entry === undefined ? null : detailedJob(entry);
  };
  const cancel = (id: string): boolean => worker.interrupt(id) || queue.delete(id);
  return [
    route('GET', '/api/jobs', ({ query }) => {
      const wish = jobQueryOf(query);
      return typeof wish === 'string' ? refused(wish) : json(jobPage(allJobs(), wish));
    }),
    route('POST', '/api/jobs/cancel', async (request) => {
      const body = await optionalJson(request);
      if (body === undefined) return refused('Request body must be valid JSON');
      const ids = isRecord(body) ? body.job_ids : undefined;
      if (!Array.isArray(ids)) return refused('job_ids must be a list');
      const invalid = ids.filter((id) => typeof id !== 'string' || !uuid.test(id));
      if (invalid.length > 0)
        return json({ error: 'job_ids contains invalid id(s)', invalid_ids: invalid.map(String) }, 400);
      const hits = ids.map((id) => cancel(String(id)));
      return json({ cancelled: hits.includes(true) });
    }),
    route('GET', '/api/jobs/{id}', ({ params }) => {
      const job = find(params.id ?? '');
      return job === null ? json({ error: 'Job not found' }, 404) : json(job);
    }),
    route('POST', '/api/jobs/{id}/cancel', ({ params }) => json({ cancelled: cancel(params.id ?? '') })),
  ];
};
