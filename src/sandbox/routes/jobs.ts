import type { HistoryEntry, StatusMessage } from '../queue/history.ts';
import type { QueueItem } from '../queue/queue-item.ts';

/** States of a job, in the order in which the API names them. */
export const jobStates = ['pending', 'in_progress', 'completed', 'failed', 'cancelled'] as const;

export type JobState = (typeof jobStates)[number];

/** A job as GET /api/jobs lists it; fields without a value are left out. */
export interface Job {
  readonly id: string;
  readonly status: JobState;
  readonly priority: number;
  readonly create_time: unknown;
  readonly execution_start_time?: number;
  readonly execution_end_time?: number;
  readonly execution_error?: unknown;
  readonly outputs_count: number;
  readonly previewable_outputs_count: number;
  readonly preview_output?: unknown;
  readonly workflow_id?: string;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const workflowIdOf = (item: QueueItem): { workflow_id?: string } => {
  const info = item.extraData.extra_pnginfo;
  const workflow = isObject(info) ? info.workflow : undefined;
  const id = isObject(workflow) ? workflow.id : undefined;
  return typeof id === 'string' ? { workflow_id: id } : {};
};

const timeOf = (messages: readonly StatusMessage[], events: readonly string[]): number | undefined => {
  const time = messages.find(([event]) => events.includes(event))?.[1].timestamp;
  return typeof time === 'number' ? time : undefined;
};

const endEvents = ['execution_success', 'execution_error', 'execution_interrupted'];

const pictureEnding =
  /\.(png|jpe?g|webp|gif|bmp|tiff?|mp4|webm|mov|mkv|avi|mp3|wav|flac|ogg|opus|glb|gltf|obj|fbx|stl)$/i;

const mediaKinds: ReadonlySet<string> = new Set(['images', 'gifs', 'video', 'videos', 'audio', '3d']);

const isPreviewable = (mediaType: string, item: Readonly<Record<string, unknown>>): boolean =>
  mediaKinds.has(mediaType) || (typeof item.filename === 'string' && pictureEnding.test(item.filename));

/** Longer texts are cut in `preview_output`. */
const previewTextLength = 1024;

const textPreview = (content: string, nodeId: string) => ({
  content: content.slice(0, previewTextLength),
  ...(content.length > previewTextLength ? { truncated: true } : {}),
  nodeId,
  mediaType: 'text',
});

/** Each thing that the nodes of a run showed, with the node and the kind it was shown as. */
const shownItems = (
  outputs: Readonly<Record<string, unknown>>,
): { nodeId: string; mediaType: string; item: unknown }[] =>
  Object.entries(outputs).flatMap(([nodeId, shown]) =>
    Object.entries(isObject(shown) ? shown : {})
      .filter(([mediaType, items]) => mediaType !== 'animated' && Array.isArray(items))
      .flatMap(([mediaType, items]) =>
        (Array.isArray(items) ? items : []).map((item: unknown) => ({ nodeId, mediaType, item })),
      ),
  );

/** How much a run left behind, and the one thing that stands for it: a saved file before a temporary one before a text. */
const summaryOf = (
  outputs: Readonly<Record<string, unknown>>,
): Pick<Job, 'outputs_count' | 'previewable_outputs_count' | 'preview_output'> => {
  const shown = shownItems(outputs);
  const files = shown.flatMap(({ nodeId, mediaType, item }) => (isObject(item) ? [{ nodeId, mediaType, item }] : []));
  const previewable = files.filter(({ mediaType, item }) => isPreviewable(mediaType, item));
  const chosen = previewable.find(({ item }) => item.type === 'output') ?? previewable[0];
  const firstText = shown.find(({ mediaType, item }) => mediaType === 'text' && typeof item === 'string');
  const preview =
    chosen !== undefined
      ? { ...chosen.item, nodeId: chosen.nodeId, mediaType: chosen.mediaType }
      : firstText !== undefined
        ? textPreview(String(firstText.item), firstText.nodeId)
        : null;
  return {
    outputs_count: files.length,
    previewable_outputs_count: previewable.length,
    ...(preview === null ? {} : { preview_output: preview }),
  };
};

/** The job of a prompt that waits or runs. */
export const queuedJob = (item: QueueItem, status: 'pending' | 'in_progress'): Job => ({
  id: item.promptId,
  status,
  priority: item.number,
  create_time: item.extraData.create_time,
  outputs_count: 0,
  previewable_outputs_count: 0,
  ...workflowIdOf(item),
});

const finishedState = (entry: HistoryEntry): JobState => {
  const { status } = entry.result;
  if (status.status_str === 'success') return 'completed';
  return status.messages.some(([event]) => event === 'execution_interrupted') ? 'cancelled' : 'failed';
};

/** The job of a prompt that has come to its end. */
export const finishedJob = (entry: HistoryEntry): Job => {
  const { item, result } = entry;
  const { messages } = result.status;
  const startedAt = timeOf(messages, ['execution_start']);
  const endedAt = timeOf(messages, endEvents);
  const failure = messages.find(([event]) => event === 'execution_error')?.[1];
  return {
    id: item.promptId,
    status: finishedState(entry),
    priority: item.number,
    create_time: item.extraData.create_time,
    ...(startedAt === undefined ? {} : { execution_start_time: startedAt }),
    ...(endedAt === undefined ? {} : { execution_end_time: endedAt }),
    ...(failure === undefined ? {} : { execution_error: failure }),
    ...summaryOf(result.outputs),
    ...workflowIdOf(item),
  };
};

/** GET /api/jobs/{id} of a finished job: with everything the history knows. */
export const detailedJob = (entry: HistoryEntry): Readonly<Record<string, unknown>> => ({
  ...finishedJob(entry),
  outputs: entry.result.outputs,
  execution_status: entry.result.status,
  workflow: { prompt: entry.item.prompt, extra_data: entry.item.extraData },
});
