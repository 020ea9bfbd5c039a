import type { JobRecord } from '#core/jobs/job-record.ts';
import { isObject } from '#core/shared/json-object.ts';
import { lastMessage, rawOutputs, statusView } from '../truth/history-view.ts';
import type { Told } from './job-story.ts';
import { message, type OutgoingMessage } from './outgoing.ts';

/** What ends a job for its client. Between `before` and `after` it is told how many jobs are left, as ComfyUI does. */
export interface Ending {
  /** For a client that has heard nothing of the job yet. */
  readonly beginning: readonly OutgoingMessage[];
  readonly before: readonly OutgoingMessage[];
  readonly after: readonly OutgoingMessage[];
}

/** What the instance told, or would have told, when the job began. */
const beginningOf = (record: JobRecord): readonly OutgoingMessage[] =>
  statusView(record)
    .messages.filter(([type]) => type === 'execution_start' || type === 'execution_cached')
    .map(([type, data]) => message(type, data, record.order.jobId));

/** The `executed` messages that the client has not had. */
const missedOutputs = (
  record: JobRecord,
  { executed }: Told,
  shown: (output: unknown) => unknown,
): readonly OutgoingMessage[] => {
  const { jobId } = record.order;
  const raw = record.entry?.raw;
  const meta = isObject(raw) && isObject(raw['meta']) ? raw['meta'] : {};
  return Object.entries(rawOutputs(record))
    .filter(([nodeId]) => !executed.has(nodeId))
    .map(([nodeId, output]) => {
      const about = meta[nodeId];
      const displayNode = isObject(about) && typeof about['display_node'] === 'string' ? about['display_node'] : nodeId;
      const data = { node: nodeId, display_node: displayNode, output: shown(output), prompt_id: jobId };
      return message('executed', data, jobId);
    });
};

/** Whether ComfyUI says anything of a job that ended: one that was taken out before it began just goes. */
export const isToldOf = ({ view }: Pick<JobRecord, 'view'>): boolean =>
  view.state !== 'cancelled' || view.startedAt !== null;

/** The end of a job that ended or was set aside, with whatever its client has missed of what the instance made. */
export const endingOf = (record: JobRecord, told: Told, shown: (output: unknown) => unknown): Ending => {
  const { jobId } = record.order;
  const [type, data] = lastMessage(record);
  return {
    beginning: told.anything ? [] : beginningOf(record),
    before: [...missedOutputs(record, told, shown), message(type, data, jobId)],
    after: [message('executing', { node: null, prompt_id: jobId }, jobId)],
  };
};
