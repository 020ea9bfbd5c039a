import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { JobRecord } from '#core/jobs/job-record.ts';
import type { JobFrame, Jobs } from '#core/jobs/jobs.ts';
import { maxBodyBytes } from '../exchange.ts';
import { markOutput } from '../files/output-names.ts';
import { lastMessage } from '../truth/history-view.ts';
import type { OwnPrompts } from '../truth/own-prompts.ts';
import { hasEnded } from '../truth/queue-view.ts';
import { toLegacyPreview } from './preview-frames.ts';

/** Clients give up on a connection that is silent for ten seconds. */
const heartbeatMs = 4000;
/** A client that does not read is let go before it fills the memory. */
const maxBufferedBytes = 64 * 1024 ** 2;
const maxMessageBytes = 1024 ** 2;

/** Messages that end a job: they are sent when its history can be read, not when the instance says so. */
const endings = new Set(['execution_success', 'execution_error', 'execution_interrupted']);

interface Client {
  readonly socket: WebSocket;
  readsMetadata: boolean;
  greeted: boolean;
}

export interface WebsocketHub {
  /** Takes over a connection that asked for /ws. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

const isEnding = ({ frame }: JobFrame): boolean =>
  frame.kind === 'message' &&
  (endings.has(frame.type) || (frame.type === 'executing' && typeof frame.data['node'] !== 'string'));

/**
 * The websockets of the gateway: each client hears of the prompts that it submitted under its client id, in the order in which one
 * ComfyUI would tell, and of the length of the queue.
 */
export const createWebsocketHub = (jobs: Jobs, own: Pick<OwnPrompts, 'isTaken'>): WebsocketHub => {
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: maxMessageBytes });
  const clients = new Map<string, Client>();
  const ended = new Set<string>();
  let remaining = jobs.remaining();

  const post = ({ socket }: Client, data: string | Uint8Array): void => {
    if (socket.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount > maxBufferedBytes) socket.terminate();
    else socket.send(data);
  };
  const tell = (client: Client, type: string, data: unknown): void => post(client, JSON.stringify({ type, data }));
  const status = (sid?: string): unknown => ({
    status: { exec_info: { queue_remaining: remaining } },
    ...(sid === undefined ? {} : { sid }),
  });
  const tellStatus = (): void => {
    for (const client of clients.values()) tell(client, 'status', status());
  };

  const clientOf = (record: JobRecord | undefined): Client | undefined =>
    record?.view.clientId === null || record === undefined ? undefined : clients.get(record.view.clientId);

  const forward = (told: JobFrame): void => {
    const record = jobs.record(told.jobId);
    const client = clientOf(record);
    if (record === undefined || client === undefined || isEnding(told)) return;
    const { frame } = told;
    if (frame.kind === 'binary') {
      const bytes = client.readsMetadata ? frame.bytes : toLegacyPreview(frame.bytes);
      if (bytes !== null) post(client, bytes);
      return;
    }
    const { instanceId } = record.view;
    const marked = frame.type === 'executed' && instanceId !== null;
    tell(
      client,
      frame.type,
      marked ? { ...frame.data, output: markOutput(frame.data['output'], instanceId) } : frame.data,
    );
  };

  const onJob = (record: JobRecord): void => {
    const before = remaining;
    remaining = jobs.remaining();
    const client = clientOf(record);
    const { jobId } = record.order;
    // Of a prompt that was refused at once the answer to its submission tells.
    const isTold = record.refusal === null || own.isTaken(jobId);
    const isOver = hasEnded(record);
    const ends = isOver && !ended.has(jobId) && isTold;
    if (ends) ended.add(jobId);
    // Somebody has it run again.
    if (!isOver) ended.delete(jobId);
    const began = record.view.startedAt !== null || record.view.state === 'failed' || record.view.state === 'parked';
    if (ends && began && client !== undefined) tell(client, ...lastMessage(record));
    if (remaining !== before) tellStatus();
    if (ends && began && client !== undefined) tell(client, 'executing', { node: null, prompt_id: jobId });
  };

  const onMessage = (client: Client, text: string): void => {
    if (client.greeted) return;
    client.greeted = true;
    try {
      const message: unknown = JSON.parse(text);
      if (typeof message !== 'object' || message === null || !('type' in message) || !('data' in message)) return;
      if (message.type !== 'feature_flags' || typeof message.data !== 'object' || message.data === null) return;
      client.readsMetadata =
        'supports_preview_metadata' in message.data && message.data.supports_preview_metadata === true;
      tell(client, 'feature_flags', { supports_preview_metadata: true, max_upload_size: maxBodyBytes });
    } catch (error) {
      // ComfyUI ignores what is no JSON, and so do clients expect it.
      if (!(error instanceof SyntaxError)) throw error;
    }
  };

  server.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    const given = new URL(request.url ?? '/', 'http://gateway').searchParams.get('clientId') ?? '';
    const sid = given === '' ? randomUUID().replaceAll('-', '') : given;
    const client: Client = { socket, readsMetadata: false, greeted: false };
    clients.get(sid)?.socket.close();
    clients.set(sid, client);
    socket.on('message', (data, isBinary) => {
      if (!isBinary && Buffer.isBuffer(data)) onMessage(client, data.toString('utf8'));
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      // A newer connection of the same id keeps its place.
      if (clients.get(sid) === client) clients.delete(sid);
    });
    tell(client, 'status', status(sid));
  });

  const unsubscribeFrames = jobs.onFrame(forward);
  const unsubscribeJobs = jobs.onChange(onJob);
  const unsubscribeRemovals = jobs.live.onChange((jobId, change) => {
    if (change === 'removed') ended.delete(jobId);
  });
  const heartbeat = setInterval(tellStatus, heartbeatMs);
  heartbeat.unref();

  return {
    accept: (request, socket, head) => {
      server.handleUpgrade(request, socket, head, (opened) => server.emit('connection', opened, request));
    },
    close: () => {
      clearInterval(heartbeat);
      unsubscribeFrames();
      unsubscribeJobs();
      unsubscribeRemovals();
      for (const { socket } of clients.values()) socket.terminate();
      server.close();
    },
  };
};
