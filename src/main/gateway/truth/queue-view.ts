import type { Prompt } from '#contract/models/workflow.ts';
import { isFinished, type JobOrder, type JobRecord } from '#core/jobs/job-record.ts';
import type { Jobs } from '#core/jobs/jobs.ts';
import { readableOr } from '#core/jobs/stored-reads.ts';
import { isObject } from '#core/shared/json-object.ts';

/** As ComfyUI lists a prompt: number, id, graph, extra data, output nodes (comfyui-protocol.md 4.3). */
export type PromptItem = readonly [number, string, Prompt, Readonly<Record<string, unknown>>, readonly string[]];

/** Keys of other people's accounts; versions before 0.33 show them to everybody. */
const secretKeys = new Set(['auth_token_comfy_org', 'api_key_comfy_org']);

/** The extra data that anybody may see, without the client id and the time that every list adds. */
export const openExtraData = (order: JobOrder): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(readableOr(() => order.extraData, {})).filter(([key]) => !secretKeys.has(key)));

/** The output nodes that a prompt runs for: those it is limited to, without those that failed the check (comfyui-protocol.md 4.1). */
const outputsToRun = ({ order, acceptedWith }: JobRecord): readonly string[] => {
  const targets = order.passThrough['partial_execution_targets'];
  const dropped = new Set<unknown>(
    Object.values(acceptedWith ?? {}).flatMap((errors): readonly unknown[] => {
      const outputs: unknown = isObject(errors) ? errors['dependent_outputs'] : null;
      return Array.isArray(outputs) ? outputs : [];
    }),
  );
  const isWanted = (nodeId: string): boolean => !Array.isArray(targets) || targets.includes(nodeId);
  return readableOr(() => order.outputNodeIds, []).filter((nodeId) => isWanted(nodeId) && !dropped.has(nodeId));
};

export const promptItem = (record: JobRecord): PromptItem => {
  const { order, view } = record;
  const client = view.clientId === null ? {} : { client_id: view.clientId };
  const extraData = { ...openExtraData(order), ...client, create_time: view.submittedAt };
  return [order.number, order.jobId, readableOr(() => order.prompt, {}), extraData, outputsToRun(record)];
};

/** To a client a parked job is one that failed: nobody may ever decide about it. */
export const hasEnded = ({ view }: Pick<JobRecord, 'view'>): boolean => isFinished(view) || view.state === 'parked';

/** What an instance has not begun yet is pending, wherever it waits; so is what waits for another try after a failover. */
export const isPending = ({ view }: Pick<JobRecord, 'view'>): boolean =>
  view.state === 'queued' || view.state === 'assigned';

/** Its client was told that it began and not that it ended: it runs, or waits for another instance after it lost the first. */
export const hasBegun = (record: Pick<JobRecord, 'view'>): boolean =>
  record.view.state === 'running' || (isPending(record) && record.view.startedAt !== null);

export interface QueueLists {
  readonly running: readonly JobRecord[];
  /** In the order in which they will run. */
  readonly pending: readonly JobRecord[];
}

/** All that waits and runs, as of one moment: what GET /queue lists, what GET /prompt counts, what may be cancelled. */
export const queueLists = ({ live, record }: Pick<Jobs, 'live' | 'record'>): QueueLists => {
  const records = [...live.activeIds(), ...live.waitingIds()].flatMap((jobId) => record(jobId) ?? []);
  return { running: records.filter(({ view }) => view.state === 'running'), pending: records.filter(isPending) };
};
