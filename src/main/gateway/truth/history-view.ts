import type { JobView } from '#contract/models/job.ts';
import type { JobRecord } from '#core/jobs/job-record.ts';
import { isObject } from '#core/shared/json-object.ts';
import { markOutputs } from '../files/output-names.ts';
import { hasEnded, type PromptItem, promptItem } from './queue-view.ts';

type Message = readonly [string, Readonly<Record<string, unknown>>];

export interface HistoryEntryView {
  readonly prompt: PromptItem;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly status: {
    readonly status_str: 'success' | 'error';
    readonly completed: boolean;
    readonly messages: readonly Message[];
  };
  readonly meta: Readonly<Record<string, unknown>>;
}

/** What ComfyUI would have said of a job that ended without an entry of its own: lost, timed out, refused late. */
const failureOf = (view: JobView): Readonly<Record<string, unknown>> => {
  const [nodeError] = view.nodeErrors;
  return {
    prompt_id: view.id,
    node_id: nodeError?.nodeId ?? '',
    node_type: nodeError?.classType ?? '',
    executed: [],
    exception_message: nodeError?.message ?? view.error?.message ?? '',
    exception_type: nodeError?.type ?? view.error?.code ?? '',
    traceback: nodeError?.traceback ?? [],
    current_inputs: {},
    current_outputs: [],
    timestamp: view.finishedAt,
  };
};

/** The last message about a job that ended, from the instance where it told. */
export const lastMessage = ({ view, entry }: JobRecord): Message => {
  const told = entry?.messages.findLast(([event]) => event !== 'execution_start' && event !== 'execution_cached');
  if (told !== undefined) return told;
  const short = { prompt_id: view.id, timestamp: view.finishedAt };
  if (view.state === 'succeeded') return ['execution_success', short];
  if (view.state === 'cancelled')
    return ['execution_interrupted', { ...short, node_id: '', node_type: '', executed: [] }];
  return ['execution_error', failureOf(view)];
};

/** The outputs of a job whose instance gave no entry, in the shape of one. */
const outputsOf = (view: JobView): Record<string, Record<string, unknown[]>> => {
  const outputs: Record<string, Record<string, unknown[]>> = {};
  for (const { nodeId, key, filename, subfolder, type, text } of view.outputs) {
    const node = (outputs[nodeId] ??= {});
    (node[key] ??= []).push(filename === '' ? text : { filename, subfolder, type });
  }
  return outputs;
};

/** One entry as a client reads it. */
export const historyEntry = (record: JobRecord): HistoryEntryView => {
  const { view, entry } = record;
  const raw = isObject(entry?.raw) ? entry.raw : {};
  const succeeded = view.state === 'succeeded';
  const start: Message = ['execution_start', { prompt_id: view.id, timestamp: view.startedAt }];
  return {
    prompt: promptItem(record),
    outputs: markOutputs(raw['outputs'] ?? outputsOf(view), view.instanceId ?? ''),
    status: {
      status_str: succeeded ? 'success' : 'error',
      completed: succeeded,
      messages: entry?.messages ?? [start, lastMessage(record)],
    },
    meta: isObject(raw['meta']) ? raw['meta'] : {},
  };
};

/** A job that was taken out of the queue before it began leaves no trace in ComfyUI. */
export const hasHistory = (record: JobRecord): boolean =>
  hasEnded(record) && (record.view.state !== 'cancelled' || record.view.startedAt !== null);

/** The part of the history that `max_items` and `offset` name, oldest first (comfyui-protocol.md 4.5). */
export const historyPage = (
  records: readonly JobRecord[],
  page: { readonly maxItems: number | null; readonly offset: number | null },
): Readonly<Record<string, HistoryEntryView>> => {
  const ended = records.filter(hasHistory).toSorted((a, b) => (a.view.finishedAt ?? 0) - (b.view.finishedAt ?? 0));
  const { maxItems, offset } = page;
  const count = maxItems ?? ended.length;
  const start = offset === null || offset < 0 ? Math.max(0, maxItems === null ? 0 : ended.length - count) : offset;
  return Object.fromEntries(
    ended.slice(start, start + Math.max(0, count)).map((record) => [record.order.jobId, historyEntry(record)]),
  );
};
