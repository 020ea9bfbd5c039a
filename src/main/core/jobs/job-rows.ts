import type { Prompt } from '#contract/models/workflow.ts';
import type { HistoryEntry } from '#core/ports/comfy-client.ts';
import type { StoredJob, StoredPatch } from '#core/ports/job-store.ts';
import type { OutputFolders } from '#core/ports/output-folder-reader.ts';
import { isObject } from '#core/shared/json-object.ts';
import type { JobOrder, JobRecord } from './job-record.ts';
import type { Refusal } from './run-record.ts';

type Data = Readonly<Record<string, unknown>>;

/** The parts of a job that are dear to hold, wherever they come from. */
export interface OrderParts {
  prompt(graphKey: string, patches: readonly StoredPatch[]): Prompt;
  outputNodeIds(prompt: Prompt): readonly string[];
  extraData(jobId: string): Data;
}

/** Extra data beyond so many characters is read from disk when it is needed: editors send their whole page along. */
export const heldExtraCharacters = 2000;

/** The order of a job; `extraData` of null is read when it is needed. */
export const orderOf = (
  fields: Omit<JobOrder, 'prompt' | 'outputNodeIds' | 'extraData'> & { readonly extraData: Data | null },
  parts: OrderParts,
): JobOrder => {
  const { extraData, ...rest } = fields;
  return {
    ...rest,
    get prompt() {
      return parts.prompt(rest.graphKey, rest.patches);
    },
    get outputNodeIds() {
      return parts.outputNodeIds(parts.prompt(rest.graphKey, rest.patches));
    },
    get extraData() {
      return extraData ?? parts.extraData(rest.jobId);
    },
  };
};

const outputsOf = (value: unknown): HistoryEntry['outputs'] => {
  const outputs: Record<string, Data> = {};
  for (const [nodeId, output] of Object.entries(isObject(value) ? value : {})) {
    if (isObject(output)) outputs[nodeId] = output;
  }
  return outputs;
};

const messagesOf = (value: unknown): HistoryEntry['messages'] =>
  (Array.isArray(value) ? value : []).flatMap((message: unknown) => {
    if (!Array.isArray(message)) return [];
    const [event, data]: readonly unknown[] = message;
    return typeof event === 'string' && isObject(data) ? [[event, data] as const] : [];
  });

const readEntry = (value: unknown): HistoryEntry | null => {
  if (!isObject(value)) return null;
  return {
    outputs: outputsOf(value['outputs']),
    statusText: value['statusText'] === 'success' ? 'success' : 'error',
    completed: value['completed'] === true,
    messages: messagesOf(value['messages']),
    raw: value['raw'] ?? null,
  };
};

const readRefusal = (value: unknown): Refusal | null =>
  isObject(value) && typeof value['status'] === 'number' ? { status: value['status'], body: value['body'] } : null;

const readFolders = (value: unknown): OutputFolders | null => {
  if (!isObject(value)) return null;
  const { output, temp, input } = value;
  if (typeof output !== 'string' || typeof temp !== 'string' || typeof input !== 'string') return null;
  return { output, temp, input };
};

/** A job as its row has it. Evidence of another shape is left out: it only serves to show more. */
export const recordOf = (row: StoredJob, parts: OrderParts, keepExtra: (extra: Data) => boolean): JobRecord => {
  const { evidence, order, graphKey, patches, view, ...rest } = row;
  const extraData = keepExtra(order.extraData) ? order.extraData : null;
  return {
    ...rest,
    order: orderOf({ ...order, extraData, graphKey, patches }, parts),
    view: { ...view, hasPreview: false, estimate: null },
    entry: readEntry(evidence.entry),
    refusal: readRefusal(evidence.refusal),
    acceptedWith: isObject(evidence.acceptedWith) ? evidence.acceptedWith : null,
    outputFolders: readFolders(evidence.outputFolders),
    losses: typeof evidence.losses === 'number' ? evidence.losses : 0,
    undecided: evidence.undecided === true,
  };
};

/** The row of a job. `extraData` is given where it cannot be read yet. */
export const rowOf = (record: JobRecord, extraData: Data = record.order.extraData): StoredJob => {
  const { order, view, entry, refusal, acceptedWith, outputFolders, losses, undecided } = record;
  const { jobId, inputs, passThrough, number, upstreamClientId, lane, graphKey, patches } = order;
  const { caller, repeatable, unfitInstanceIds, sealed } = order;
  return {
    order: {
      jobId,
      inputs,
      extraData,
      passThrough,
      number,
      upstreamClientId,
      lane,
      caller,
      repeatable,
      unfitInstanceIds,
      sealed,
    },
    view,
    intent: record.intent,
    evidence: { entry, refusal, acceptedWith, outputFolders, losses, undecided },
    firm: record.firm,
    excludedInstanceIds: record.excludedInstanceIds,
    patches,
    graphKey,
    hidden: record.hidden,
    historyAt: record.historyAt,
  };
};
