import { exchange, postJson } from './http-client.ts';
import type { RecordedAnswer, RecordedFrame } from './recording.ts';
import { comparableFrame, isOver, type RecordingSocket } from './recording-socket.ts';

/** A prompt as it is submitted. */
export interface Submission {
  readonly prompt: unknown;
  readonly client_id?: unknown;
  readonly extra_data?: Readonly<Record<string, unknown>>;
  readonly partial_execution_targets?: readonly string[];
}

/** A recorded run: what was answered, and what the clients received. */
export interface RecordedRun {
  readonly response?: RecordedAnswer;
  readonly ws_submitter?: readonly RecordedFrame[];
  readonly ws_bystander?: readonly RecordedFrame[];
  readonly ws_other_client?: readonly RecordedFrame[];
  readonly history: { readonly json: Readonly<Record<string, HistoryRecord>> };
  readonly job?: RecordedAnswer;
}

export interface HistoryRecord {
  readonly prompt: readonly [number, string, unknown, Readonly<Record<string, unknown>>, readonly string[]];
}

/** The submission that led to a history entry. */
export const submissionOf = (run: Pick<RecordedRun, 'history'>): Submission => {
  const entry = Object.values(run.history.json)[0];
  if (entry === undefined) throw new Error('the recording has no history entry');
  const { client_id: clientId, create_time: _createTime, ...rest } = entry.prompt[3];
  const extra = Object.keys(rest).length === 0 ? {} : { extra_data: rest };
  return { prompt: entry.prompt[2], ...(clientId === undefined ? {} : { client_id: clientId }), ...extra };
};

/** Frames as compared, without those of the given types. */
export const framesOf = (frames: readonly RecordedFrame[] | undefined, without: readonly string[] = []): unknown[] =>
  (frames ?? [])
    .filter(({ dir }) => dir === 'recv')
    .filter(({ json }) => json === undefined || !without.includes(json.type))
    .map(comparableFrame);

const idIn = (answer: RecordedAnswer): string => {
  const body = answer.json;
  if (typeof body === 'object' && body !== null && 'prompt_id' in body) return String(body.prompt_id);
  throw new Error(`not accepted: ${JSON.stringify(body ?? answer.text)}`);
};

export interface FinishedRun {
  readonly promptId: string;
  readonly response: RecordedAnswer;
  readonly history: RecordedAnswer;
  readonly job: RecordedAnswer;
}

const isInHistory = async (port: number, promptId: string): Promise<boolean> => {
  const { json } = await exchange(port, { path: `/history/${promptId}` });
  return typeof json === 'object' && json !== null && promptId in json;
};

const historyTimeoutMs = 20_000;

/** Waits until a prompt is in the history; fails after 20 s. */
export const untilInHistory = async (port: number, promptId: string): Promise<void> => {
  const deadline = Date.now() + historyTimeoutMs;
  while (!(await isInHistory(port, promptId))) {
    if (Date.now() > deadline) throw new Error(`prompt ${promptId} never came into the history`);
  }
};

/** Submits a prompt and sees it through to its last message. `socket` is the submitter's; null = nobody listens. */
export const runPrompt = async (
  port: number,
  submission: Submission,
  socket: RecordingSocket | null,
): Promise<FinishedRun> => {
  const response = await postJson(port, '/prompt', submission);
  const promptId = idIn(response);
  if (socket !== null) await socket.until((frames) => isOver(frames, promptId));
  await untilInHistory(port, promptId);
  return {
    promptId,
    response,
    history: await exchange(port, { path: `/history/${promptId}` }),
    job: await exchange(port, { path: `/api/jobs/${promptId}` }),
  };
};
