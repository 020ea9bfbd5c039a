import type { JobView } from '#contract/models/job.ts';
import type { JobRecord } from '#core/jobs/job-record.ts';
import type { HistoryEntry } from '#core/ports/comfy-client.ts';
import { isObject } from '#core/shared/json-object.ts';
import { shownOutputs } from '../files/output-names.ts';
import { endedWords } from './ended-words.ts';
import { endingErrors, nodeErrorsText } from './node-errors-text.ts';
import { type PromptItem, promptItem } from './queue-view.ts';

type Data = Readonly<Record<string, unknown>>;
export type Message = readonly [event: string, data: Data];

export interface StatusView {
  readonly status_str: 'success' | 'error';
  readonly completed: boolean;
  readonly messages: readonly Message[];
}

export interface HistoryEntryView {
  readonly prompt: PromptItem;
  readonly outputs: Data;
  readonly status: StatusView;
  readonly meta: Data;
}

/** Errors that the entry of an instance itself tells. */
const toldErrors: ReadonlySet<string | undefined> = new Set(['JOB_NODE_FAILED', 'GPU_OUT_OF_MEMORY']);

/** The entry of the instance, where it is about this end of the job and not about an earlier run of it. */
const entryOf = ({ view, entry }: JobRecord): HistoryEntry | null => {
  if (entry === null) return null;
  const isInterrupted = entry.messages.some(([event]) => event === 'execution_interrupted');
  if (view.state === 'succeeded') return entry.completed ? entry : null;
  if (view.state === 'cancelled') return isInterrupted ? entry : null;
  return !entry.completed && !isInterrupted && toldErrors.has(view.error?.code) ? entry : null;
};

/** When the job ended for those who wait for it. */
const endedAt = ({ view, historyAt }: JobRecord): number => view.finishedAt ?? historyAt ?? view.submittedAt;

/** What ComfyUI would have said of a job that ended without an entry of its own: lost, set aside, timed out, refused late. */
const failureOf = (record: JobRecord): Data => {
  const { view } = record;
  const [nodeError] = endingErrors(view);
  const reason = nodeErrorsText(endingErrors(view));
  return {
    prompt_id: view.id,
    node_id: nodeError?.nodeId ?? '',
    node_type: nodeError?.classType ?? '',
    executed: [],
    exception_message: reason === '' ? endedWords(view) : reason,
    exception_type: nodeError?.type ?? view.error?.code ?? '',
    traceback: nodeError?.traceback ?? [],
    current_inputs: {},
    current_outputs: [],
    timestamp: endedAt(record),
  };
};

const endMessage = (record: JobRecord): Message => {
  const { view } = record;
  const timestamp = endedAt(record);
  if (view.state === 'succeeded') return ['execution_success', { prompt_id: view.id, timestamp }];
  if (view.state === 'cancelled') {
    return ['execution_interrupted', { prompt_id: view.id, node_id: '', node_type: '', executed: [], timestamp }];
  }
  return ['execution_error', failureOf(record)];
};

/** The last message about a job that ended, from the instance where it told. */
export const lastMessage = (record: JobRecord): Message => {
  const told = entryOf(record)?.messages.findLast(
    ([event]) => event !== 'execution_start' && event !== 'execution_cached',
  );
  return told ?? endMessage(record);
};

/** The messages of a job whose instance told none, as ComfyUI has them of every prompt. */
const ownMessages = (record: JobRecord): readonly Message[] => {
  const { view } = record;
  const timestamp = view.startedAt ?? endedAt(record);
  return [
    ['execution_start', { prompt_id: view.id, timestamp }],
    ['execution_cached', { nodes: [], prompt_id: view.id, timestamp }],
    endMessage(record),
  ];
};

/** How a job that ended is said to have ended. */
export const statusView = (record: JobRecord): StatusView => {
  const completed = record.view.state === 'succeeded';
  const messages = entryOf(record)?.messages ?? ownMessages(record);
  return { status_str: completed ? 'success' : 'error', completed, messages };
};

/** The outputs of a job whose instance gave no entry, in the shape of one. */
const ownOutputs = (view: JobView): Record<string, Record<string, unknown[]>> => {
  const outputs: Record<string, Record<string, unknown[]>> = {};
  for (const { nodeId, key, filename, subfolder, type, text } of view.outputs) {
    const node = (outputs[nodeId] ??= {});
    (node[key] ??= []).push(filename === '' ? text : { filename, subfolder, type });
  }
  return outputs;
};

const ownMeta = (outputs: Data): Data =>
  Object.fromEntries(
    Object.keys(outputs).map((nodeId) => [
      nodeId,
      { node_id: nodeId, display_node: nodeId, parent_node: null, real_node_id: nodeId },
    ]),
  );

/** What the nodes of a job showed, before the files are named for clients. */
export const rawOutputs = (record: JobRecord): Data => {
  const raw = entryOf(record)?.raw;
  const told = isObject(raw) ? raw['outputs'] : null;
  return isObject(told) ? told : ownOutputs(record.view);
};

/** One entry as a client reads it; `soleInstanceId` as for `shownOutputs`. */
export const historyEntry = (record: JobRecord, soleInstanceId: string | null): HistoryEntryView => {
  const raw = entryOf(record)?.raw;
  const meta = isObject(raw) ? raw['meta'] : null;
  const outputs = rawOutputs(record);
  return {
    prompt: promptItem(record),
    outputs: shownOutputs(outputs, { instanceId: record.view.instanceId, soleInstanceId }),
    status: statusView(record),
    meta: isObject(meta) ? meta : ownMeta(outputs),
  };
};
