import { z } from 'zod';
import { wireErrorSchema } from './errors.ts';

/**
 * Largest message in bytes of JSON. Only the text of a workflow file may be larger than the common limit: its longest text fits, at
 * nearly two bytes a character for what JSON escapes and for other scripts. More is refused by its announced length, unread.
 */
export const messageLimits = {
  commonMaxBytes: 10_000_000,
  workflowFileMaxBytes: 64_000_000,
  /** Real graphs are below one million characters; pictures embedded as base64 make some tens of millions. */
  workflowMaxCharacters: 32 * 1024 ** 2,
} as const;

/** Largest input of a call in bytes of JSON. */
export const inputMaxBytes = (method: string): number =>
  ['workflows.inspect', 'workflows.convert', 'workflows.import', 'workflows.save'].includes(method)
    ? messageLimits.workflowFileMaxBytes
    : messageLimits.commonMaxBytes;

const callIdSchema = z.int().nonnegative();

/** Messages that a client posts. `id` numbers calls and watches of one wire together and is never used twice. */
export const clientMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), id: callIdSchema, method: z.string().max(100), input: z.unknown() }),
  z.object({ type: z.literal('cancel'), id: callIdSchema }),
  z.object({
    type: z.literal('watch'),
    id: callIdSchema,
    topic: z.string().max(100),
    key: z.string().max(1000).optional(),
  }),
  z.object({ type: z.literal('unwatch'), id: callIdSchema }),
]);
export type ClientMessage = z.infer<typeof clientMessageSchema>;

/**
 * Messages that the studio posts. A `snapshot` carries the whole state at `revision`; each `event` after it carries exactly
 * the next revision. A client that sees a gap watches again; the studio that drops events sends a new snapshot.
 * A `reply` with an error to a watch id means that the watch has ended.
 */
export const studioMessageSchema = z.discriminatedUnion('type', [
  z.discriminatedUnion('ok', [
    z.object({ type: z.literal('reply'), id: callIdSchema, ok: z.literal(true), value: z.unknown() }),
    z.object({ type: z.literal('reply'), id: callIdSchema, ok: z.literal(false), error: wireErrorSchema }),
  ]),
  z.object({ type: z.literal('snapshot'), id: callIdSchema, revision: z.int().nonnegative(), state: z.unknown() }),
  z.object({ type: z.literal('event'), id: callIdSchema, revision: z.int().positive(), event: z.unknown() }),
]);
export type StudioMessage = z.infer<typeof studioMessageSchema>;

/** What one end of a wire is told. */
export interface WireReceiver<Incoming> {
  /** An incoming message, unparsed: the receiver checks it. */
  message(message: Incoming): void;
  /** Posted messages left, so the backlog is smaller now; called often, never inside `post`. */
  drained?(): void;
  /** The wire is closed, by either end; told once, the last thing told. */
  closed(): void;
}

/** One end of a connection between a client and the studio. Messages arrive in the order they were posted. */
export interface Wire<Outgoing, Incoming> {
  /** Hands a message to the other end; after the wire is closed it does nothing. */
  post(message: Outgoing): void;
  /** Sets the one receiver; what arrived before is handed over then. */
  listen(receiver: WireReceiver<Incoming>): void;
  /** Messages posted that the transport has not sent yet; the studio drops events when this grows. */
  backlog(): number;
  close(): void;
}

/** The studio's end of a wire: what arrives is unknown until it was parsed. */
export type StudioWire = Wire<StudioMessage, unknown>;
/** A client's end of a wire. */
export type ClientWire = Wire<ClientMessage, unknown>;
