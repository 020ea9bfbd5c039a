import type { JobRecord } from '#core/jobs/job-record.ts';
import { isObject } from '#core/shared/json-object.ts';
import { shownOutputs } from '../files/output-names.ts';
import { rawOutputs, statusView } from './history-view.ts';
import type { ClientJobState, JobLine } from './job-query.ts';
import { hasEnded, openExtraData, promptItem } from './queue-view.ts';

type Data = Readonly<Record<string, unknown>>;

/** A job as GET /api/jobs lists it; what has no value is left out (comfyui-protocol.md 4.6). */
export interface ClientJob {
  readonly id: string;
  readonly status: ClientJobState;
  readonly priority: number;
  readonly create_time: number;
  readonly execution_start_time?: number;
  readonly execution_end_time?: number;
  readonly execution_error?: Data;
  readonly outputs_count: number;
  readonly previewable_outputs_count: number;
  readonly preview_output?: Data;
  readonly workflow_id?: string;
}

const statusOf = ({ view }: JobRecord): ClientJobState => {
  switch (view.state) {
    case 'queued':
    case 'assigned':
      return 'pending';
    case 'running':
      return 'in_progress';
    case 'succeeded':
      return 'completed';
    case 'cancelled':
      return 'cancelled';
    case 'failed':
    case 'parked':
      return 'failed';
  }
};

/** The id of the editor's page, which its client sent along. */
export const workflowIdOf = ({ order }: JobRecord): string | null => {
  const info = openExtraData(order)['extra_pnginfo'];
  const workflow = isObject(info) ? info['workflow'] : null;
  const id = isObject(workflow) ? workflow['id'] : null;
  return typeof id === 'string' ? id : null;
};

const endEvents = ['execution_success', 'execution_error', 'execution_interrupted'];

interface Times {
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

const timesOf = (record: JobRecord): Times => {
  const { messages } = statusView(record);
  const timeOf = (events: readonly string[]): number | null => {
    const time = messages.find(([event]) => events.includes(event))?.[1]['timestamp'];
    return typeof time === 'number' ? time : null;
  };
  return { startedAt: timeOf(['execution_start']), endedAt: timeOf(endEvents) };
};

export const jobLine = (record: JobRecord): JobLine => {
  const { startedAt, endedAt } = hasEnded(record) ? timesOf(record) : { startedAt: null, endedAt: null };
  return {
    jobId: record.order.jobId,
    status: statusOf(record),
    createdAt: record.view.submittedAt,
    durationMs: (endedAt ?? 0) - (startedAt ?? 0),
  };
};

const previewableName =
  /\.(?:png|jpe?g|webp|gif|bmp|tiff?|mp4|webm|mov|mkv|avi|mp3|wav|flac|ogg|opus|glb|gltf|obj|fbx|stl)$/iu;
const mediaKinds: ReadonlySet<string> = new Set(['images', 'gifs', 'video', 'videos', 'audio', '3d']);

/** Longer texts are cut in `preview_output`. */
const previewTextLength = 1024;

interface ShownItem {
  readonly nodeId: string;
  readonly mediaType: string;
  readonly item: unknown;
}

/** Each thing that the nodes of a job showed, with the kind that it was shown as. */
const shownItems = (outputs: Data): readonly ShownItem[] =>
  Object.entries(outputs).flatMap(([nodeId, shown]) =>
    Object.entries(isObject(shown) ? shown : {}).flatMap(([mediaType, items]): readonly ShownItem[] =>
      mediaType === 'animated' || !Array.isArray(items)
        ? []
        : items.map((item: unknown) => ({ nodeId, mediaType, item })),
    ),
  );

const isPreviewable = ({ mediaType, item }: ShownItem): boolean =>
  mediaKinds.has(mediaType) ||
  (isObject(item) && typeof item['filename'] === 'string' && previewableName.test(item['filename']));

const textPreview = (content: string, nodeId: string): Data => ({
  content: content.slice(0, previewTextLength),
  ...(content.length > previewTextLength ? { truncated: true } : {}),
  nodeId,
  mediaType: 'text',
});

/** The one thing that stands for a job: a saved file before a temporary one before a text. */
const previewOf = (shown: readonly ShownItem[], previewable: readonly ShownItem[]): Data | null => {
  const file = previewable.find(({ item }) => isObject(item) && item['type'] === 'output') ?? previewable[0];
  if (file !== undefined && isObject(file.item)) {
    return { ...file.item, nodeId: file.nodeId, mediaType: file.mediaType };
  }
  const text = shown.find(({ mediaType, item }) => mediaType === 'text' && typeof item === 'string');
  return typeof text?.item === 'string' ? textPreview(text.item, text.nodeId) : null;
};

const summaryOf = (
  outputs: Data,
): Pick<ClientJob, 'outputs_count' | 'previewable_outputs_count' | 'preview_output'> => {
  const shown = shownItems(outputs);
  const files = shown.filter(({ item }) => isObject(item));
  const previewable = files.filter(isPreviewable);
  const preview = previewOf(shown, previewable);
  return {
    outputs_count: files.length,
    previewable_outputs_count: previewable.length,
    ...(preview === null ? {} : { preview_output: preview }),
  };
};

const outputsAsShown = (record: JobRecord, soleInstanceId: string | null): Data =>
  shownOutputs(rawOutputs(record), { instanceId: record.view.instanceId, soleInstanceId });

/** A job as the list shows it; `soleInstanceId` as for `shownOutputs`. */
export const clientJob = (record: JobRecord, soleInstanceId: string | null): ClientJob => {
  const { order, view } = record;
  const isOver = hasEnded(record);
  const { startedAt, endedAt } = isOver ? timesOf(record) : { startedAt: null, endedAt: null };
  const failure = isOver ? statusView(record).messages.find(([event]) => event === 'execution_error')?.[1] : undefined;
  const workflowId = workflowIdOf(record);
  return {
    id: order.jobId,
    status: statusOf(record),
    priority: order.number,
    create_time: view.submittedAt,
    ...(startedAt === null ? {} : { execution_start_time: startedAt }),
    ...(endedAt === null ? {} : { execution_end_time: endedAt }),
    ...(failure === undefined ? {} : { execution_error: failure }),
    ...summaryOf(isOver ? outputsAsShown(record, soleInstanceId) : {}),
    ...(workflowId === null ? {} : { workflow_id: workflowId }),
  };
};

/** GET /api/jobs/{id}: of one that ended, everything that the history knows. */
export const detailedJob = (record: JobRecord, soleInstanceId: string | null): ClientJob & Data => {
  const job = clientJob(record, soleInstanceId);
  if (!hasEnded(record)) return { ...job };
  const [, , prompt, extraData] = promptItem(record);
  return {
    ...job,
    outputs: outputsAsShown(record, soleInstanceId),
    execution_status: statusView(record),
    workflow: { prompt, extra_data: extraData },
  };
};
