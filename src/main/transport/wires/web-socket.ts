import type { RawData, WebSocket } from 'ws';
import { z } from 'zod';
import { StudioError, toWireError } from '#contract/errors.ts';
import {
  inputMaxBytes,
  messageLimits,
  type StudioMessage,
  type StudioWire,
  type WireReceiver,
} from '#contract/wire.ts';

/** Close codes of the websocket standard. */
export const closeCodes = { goingAway: 1001, unsupported: 1003, malformed: 1007 } as const;

/** This many unsent bytes count as one unsent message, so that a few large ones hold events back too. */
const bytesAsMessage = 64 * 1024;

const callSchema = z.object({ type: z.literal('call'), id: z.int().nonnegative(), method: z.string() });

/** The studio's end over an open websocket of the ws library. Text frames of JSON only; anything else closes it. */
export const webSocketStudioWire = (socket: WebSocket): StudioWire => {
  let unsent = 0;
  let receiver: WireReceiver<unknown> | undefined;

  const post = (message: StudioMessage): void => {
    if (socket.readyState !== socket.OPEN) return;
    const text = JSON.stringify(message);
    unsent += 1;
    // The callback also gets the error of a socket that broke; the close event follows and tells that.
    socket.send(text, () => {
      unsent -= 1;
      receiver?.drained?.();
    });
  };

  const take = (data: RawData, isBinary: boolean): void => {
    if (isBinary || !Buffer.isBuffer(data)) {
      socket.close(closeCodes.unsupported, 'text only');
      return;
    }
    const message = parseJson(data.toString('utf8'));
    if (message === undefined) {
      socket.close(closeCodes.malformed, 'not JSON');
      return;
    }
    const refused = data.length > messageLimits.commonMaxBytes ? tooLarge(message, data.length) : undefined;
    if (refused === undefined) receiver?.message(message);
    else post(refused);
  };

  return {
    post,
    listen: (next) => {
      receiver = next;
      socket.on('message', take);
      socket.once('close', () => next.closed());
    },
    backlog: () => Math.max(unsent, Math.floor(socket.bufferedAmount / bytesAsMessage)),
    close: () => socket.close(closeCodes.goingAway),
  };
};

/** The refusal of a message above the limit of its call; undefined when it may be that large. */
const tooLarge = (message: unknown, bytes: number): StudioMessage | undefined => {
  const call = callSchema.safeParse(message);
  if (!call.success) return undefined;
  const maxBytes = inputMaxBytes(call.data.method);
  if (bytes <= maxBytes) return undefined;
  const error = new StudioError('INPUT_TOO_LARGE', undefined, { details: { maxBytes } });
  return { type: 'reply', id: call.data.id, ok: false, error: toWireError(error) };
};

/** undefined for a text that is not JSON (JSON itself has no undefined). */
const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};
