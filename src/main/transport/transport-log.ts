import { inspect } from 'node:util';

/** What the transport needs of the studio's log. */
export interface TransportLog {
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Fields that tell an unexpected error, its stack and its causes to whoever reads the log; never sent to a caller. */
export const errorFields = (error: unknown): Readonly<Record<string, unknown>> => ({
  error: inspect(error, { depth: 3 }),
});
