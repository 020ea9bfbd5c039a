import { framesOf, type RecordedRun, type Submission } from '#sandbox/conformance/conversation.ts';
import { exchange, type Sent } from '#sandbox/conformance/http-client.ts';
import { normalise } from '#sandbox/conformance/normalise.ts';
import type { RecordedAnswer, RecordedExchange, RecordedFrame } from '#sandbox/conformance/recording.ts';
import { isOver, type RecordingSocket } from '#sandbox/conformance/recording-socket.ts';

/*
 * The recorded conversations of a real ComfyUI, held with a gateway. What may differ between two servers is what may differ between
 * two ComfyUIs (ids, times), and three things of HTTP and websockets that no client can rely on: how a header's name is written, how
 * often the length of the queue is repeated or gathered, and when exactly it is told between two other messages.
 */

const headerName = (name: string): string =>
  name.toLowerCase() === 'etag' ? 'ETag' : name.toLowerCase().replaceAll(/(^|-)[a-z]/g, (first) => first.toUpperCase());

/** What names a recorded request: method, address, note, body and headers. */
export const titleOf = ({ method, path, note, request, request_headers: headers }: RecordedExchange): string => {
  const data = request?.data === undefined ? undefined : JSON.stringify(request.data);
  return [method, path, note, data ?? request?.json, headers]
    .filter((part) => part !== undefined)
    .map((part) => (typeof part === 'string' ? part : JSON.stringify(part)))
    .join(' ');
};

/** The same exchange with header names as ComfyUI writes them, and the body read by them. */
export const exchangeWith = async (port: number, sent: Sent): Promise<RecordedAnswer & { readonly bytes: Buffer }> => {
  const { status, headers: given, bytes } = await exchange(port, sent);
  const headers = Object.fromEntries(Object.entries(given).map(([name, value]) => [headerName(name), value]));
  const type = headers['Content-Type'] ?? '';
  if (type.startsWith('application/json') && bytes.length > 0) {
    const json: unknown = JSON.parse(bytes.toString('utf8'));
    return { status, headers, bytes, json };
  }
  if (type.startsWith('text/') || bytes.length === 0) return { status, headers, bytes, text: bytes.toString('utf8') };
  const binary = { len: bytes.length, head_hex: bytes.subarray(0, 16).toString('hex') };
  return { status, headers, bytes, binary };
};

export const postJsonTo = (port: number, path: string, value: unknown) =>
  exchangeWith(port, {
    method: 'POST',
    path,
    body: JSON.stringify(value),
    headers: { 'Content-Type': 'application/json' },
  });

const isStatus = ({ json }: RecordedFrame): boolean => json?.type === 'status';

/** The queue lengths that were told, each change once. */
export const queueLengths = (frames: readonly RecordedFrame[]): readonly unknown[] => {
  const lengths = frames
    .filter(isStatus)
    .map(({ json }) => (json?.data as { status: { exec_info: { queue_remaining: unknown } } } | undefined)?.status)
    .map((status) => status?.exec_info.queue_remaining);
  return lengths.filter((length, index) => length !== lengths[index - 1]);
};

/** What a client heard, as compared: everything but `status` in its order, and the length of the queue in the end. */
export const heardBy = (frames: readonly RecordedFrame[] | undefined, without: readonly string[] = []): unknown =>
  frames === undefined
    ? null
    : { messages: framesOf(frames, ['status', ...without]), queueLength: queueLengths(frames).at(-1) };

/** Everybody was told that the queue is empty again: nothing of this run comes later. */
export const isQuiet = (frames: readonly RecordedFrame[]): boolean => queueLengths(frames).at(-1) === 0;

const historyTimeoutMs = 20_000;

export const untilInHistoryAt = async (port: number, promptId: string): Promise<RecordedAnswer> => {
  const deadline = Date.now() + historyTimeoutMs;
  for (;;) {
    const answer = await exchangeWith(port, { path: `/history/${promptId}` });
    if (typeof answer.json === 'object' && answer.json !== null && promptId in answer.json) return answer;
    if (Date.now() > deadline) throw new Error(`prompt ${promptId} never came into the history`);
  }
};

export interface FinishedRun {
  readonly promptId: string;
  readonly response: RecordedAnswer;
  readonly history: RecordedAnswer;
  readonly job: RecordedAnswer;
}

/** Submits a prompt and sees it through to its last message; null = nobody listens. */
export const runPromptAt = async (
  port: number,
  submission: Submission,
  socket: RecordingSocket | null,
): Promise<FinishedRun> => {
  const response = await postJsonTo(port, '/prompt', submission);
  const { prompt_id: promptId } = (response.json ?? {}) as { prompt_id?: string };
  if (promptId === undefined) throw new Error(`not accepted: ${JSON.stringify(response.json ?? response.text)}`);
  if (socket !== null) await socket.until((frames) => isOver(frames, promptId));
  const history = await untilInHistoryAt(port, promptId);
  return { promptId, response, history, job: await exchangeWith(port, { path: `/api/jobs/${promptId}` }) };
};

/** The parts of a run that the recording has, without what differs between two servers. */
export const comparedRun = (run: {
  readonly response?: RecordedAnswer | undefined;
  readonly submitter?: readonly RecordedFrame[] | undefined;
  readonly bystander?: readonly RecordedFrame[] | undefined;
  readonly history: unknown;
  readonly job?: RecordedAnswer | undefined;
}): unknown =>
  normalise({
    response: run.response === undefined ? null : [run.response.status, run.response.json],
    submitter: heardBy(run.submitter),
    bystander: heardBy(run.bystander),
    history: run.history,
    job: run.job === undefined ? null : [run.job.status, run.job.json],
  });

export const bystanderOf = (run: RecordedRun): readonly RecordedFrame[] | undefined =>
  run.ws_bystander ?? run.ws_other_client;
