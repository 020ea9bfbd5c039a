import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An answer as the recordings hold it: exactly one of `json`, `text` and `binary` is there. */
export interface RecordedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
  readonly binary?: { readonly len: number; readonly head_hex: string };
}

/** A request with its answer. */
export interface RecordedExchange extends RecordedAnswer {
  readonly method: string;
  readonly path: string;
  readonly note?: string;
  readonly request_headers?: Readonly<Record<string, string>>;
  /** What was sent: JSON, or raw text. */
  readonly request?: { readonly json?: unknown; readonly data?: string };
  /** Fields and file name of a form. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly filename?: string;
}

/** A websocket frame of a recording. */
export interface RecordedFrame {
  readonly dir: 'recv' | 'send';
  readonly json?: { readonly type: string; readonly data: Readonly<Record<string, unknown>> };
  readonly binary?: Readonly<Record<string, unknown>>;
}

const folder = join(import.meta.dirname, 'fixtures');

/** Path of a fixture. */
export const fixturePath = (name: string): string => join(folder, name);

/** The text of a fixture. */
export const readFixture = (name: string): string => readFileSync(fixturePath(name), 'utf8');

/** A JSON fixture; its shape is what the recording's README says, which the caller states as the type. */
export const loadRecording = (name: string): unknown => {
  const parsed: unknown = JSON.parse(readFixture(`${name}.json`));
  return parsed;
};
