import type { BatchView } from '#contract/models/batch.ts';
import type { InstanceReason, InstanceView } from '#contract/models/instance.ts';
import type { JobState, JobView } from '#contract/models/job.ts';

/** What one is told about, wherever one is. */
export type News =
  | { readonly kind: 'job-done'; readonly jobId: string; readonly title: string; readonly picture: string | null }
  | { readonly kind: 'job-failed'; readonly jobId: string; readonly title: string; readonly job: JobView }
  | { readonly kind: 'batch-done'; readonly batchId: string; readonly title: string; readonly batch: BatchView }
  | {
      readonly kind: 'instance-died';
      readonly instanceId: string;
      readonly title: string;
      readonly reason: InstanceReason;
      readonly restarts: boolean;
    }
  | { readonly kind: 'instance-back'; readonly instanceId: string; readonly title: string }
  | { readonly kind: 'active-deleted'; readonly title: string }
  | { readonly kind: 'active-stopped'; readonly title: string };

const ended: readonly JobState[] = ['succeeded', 'failed', 'parked'];

const pictureOf = ({ id, outputs }: JobView): string | null => {
  const picture = outputs.find(({ kind }) => kind === 'image');
  return picture === undefined ? null : `/content/outputs/${id}/${picture.index}`;
};

const endOf = (job: JobView): number => job.finishedAt ?? 0;

/** What is known of the jobs: those that were not done, and when the latest of the others ended. */
export interface SeenJobs {
  readonly open: ReadonlySet<string>;
  readonly latestEnd: number;
}

const isEnded = ({ state }: JobView): boolean => ended.includes(state) || state === 'cancelled';

/** Jobs that ended since; one of a batch that went well is told by its batch. What one cancelled oneself is no news. */
export const jobNews = (
  seen: SeenJobs | null,
  jobs: readonly JobView[],
): { readonly seen: SeenJobs; readonly news: readonly News[] } => {
  const done = jobs.filter(isEnded);
  const next: SeenJobs = {
    open: new Set(jobs.filter((job) => !isEnded(job)).map(({ id }) => id)),
    latestEnd: Math.max(seen?.latestEnd ?? 0, ...done.map(endOf)),
  };
  if (seen === null) return { seen: next, news: [] };
  const fresh = done
    .filter((job) => ended.includes(job.state) && (seen.open.has(job.id) || endOf(job) > seen.latestEnd))
    .toSorted((one, other) => endOf(one) - endOf(other));
  const news = fresh.flatMap((job): News[] => {
    const { id: jobId, title, state, batchId } = job;
    if (state !== 'succeeded') return [{ kind: 'job-failed', jobId, title, job }];
    return batchId === null ? [{ kind: 'job-done', jobId, title, picture: pictureOf(job) }] : [];
  });
  return { seen: next, news };
};

/** Batches that were open and are done. */
export const batchNews = (open: ReadonlySet<string> | null, batches: readonly BatchView[]): readonly News[] =>
  batches.flatMap((batch): News[] =>
    batch.finishedAt !== null && open?.has(batch.id) === true
      ? [{ kind: 'batch-done', batchId: batch.id, title: batch.title, batch }]
      : [],
  );

/** The instances, and the active one, at one moment. */
export interface FleetState {
  readonly instances: readonly InstanceView[];
  readonly activeInstanceId: string | null;
}

const isUp = ({ state }: InstanceView): boolean =>
  state.kind === 'ready' || state.kind === 'unresponsive' || state.kind === 'paused';

const instanceChange = (before: InstanceView, after: InstanceView): News | null => {
  const { id: instanceId, name: title } = after.configuration;
  const { state } = after;
  if (before.state.kind === state.kind) return null;
  if (state.kind === 'waiting' || state.kind === 'failed') {
    return { kind: 'instance-died', instanceId, title, reason: state.reason, restarts: state.kind === 'waiting' };
  }
  return null;
};

/** What happened to instances without anybody asking for it, and to the active one whoever asked. */
export const fleetNews = (before: FleetState | null, after: FleetState, died: ReadonlySet<string>): readonly News[] => {
  if (before === null) return [];
  const known = new Map(before.instances.map((view) => [view.configuration.id, view]));
  const now = new Map(after.instances.map((view) => [view.configuration.id, view]));
  const news = after.instances.flatMap((view): News[] => {
    const { id, name } = view.configuration;
    const old = known.get(id);
    if (old === undefined) return [];
    const change = instanceChange(old, view);
    if (change !== null) return [change];
    return view.state.kind === 'ready' && died.has(id) && !isUp(old)
      ? [{ kind: 'instance-back', instanceId: id, title: name }]
      : [];
  });
  const active = before.activeInstanceId === null ? undefined : known.get(before.activeInstanceId);
  if (active === undefined) return news;
  const { id, name: title } = active.configuration;
  const current = now.get(id);
  if (current === undefined) return [...news, { kind: 'active-deleted', title }];
  const isStopped = current.state.kind === 'stopping' || current.state.kind === 'stopped';
  const wasAsked = isUp(active) && isStopped && after.activeInstanceId === id;
  return wasAsked ? [...news, { kind: 'active-stopped', title }] : news;
};
