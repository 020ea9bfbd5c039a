import type { Prompt } from '#contract/models/workflow.ts';
import { isFinished, type JobRecord } from '#core/jobs/job-record.ts';

/** As ComfyUI lists a prompt: number, id, graph, extra data, output nodes (comfyui-protocol.md 4.3). */
export type PromptItem = readonly [number, string, Prompt, Readonly<Record<string, unknown>>, readonly string[]];

/** Keys of other people's accounts; versions before 0.33 show them to everybody. */
const secretKeys = new Set(['auth_token_comfy_org', 'api_key_comfy_org']);

export const promptItem = ({ order, view }: JobRecord): PromptItem => {
  const shown = Object.entries(order.extraData).filter(([key]) => !secretKeys.has(key));
  const client = view.clientId === null ? {} : { client_id: view.clientId };
  return [order.number, order.jobId, order.prompt, { ...Object.fromEntries(shown), ...client }, order.outputNodeIds];
};

/** To a client a parked job is one that failed: nobody may ever decide about it. */
export const hasEnded = ({ view }: JobRecord): boolean => isFinished(view) || view.state === 'parked';

/** GET /queue: what an instance has not begun yet is pending, wherever it waits; in the order in which it will run. */
export const queueView = (
  records: readonly JobRecord[],
): { readonly queue_running: readonly PromptItem[]; readonly queue_pending: readonly PromptItem[] } => ({
  queue_running: records.filter(({ view }) => view.state === 'running').map(promptItem),
  queue_pending: records
    .filter(({ view }) => view.state === 'queued' || view.state === 'assigned')
    .toSorted((a, b) => a.order.number - b.order.number)
    .map(promptItem),
});
