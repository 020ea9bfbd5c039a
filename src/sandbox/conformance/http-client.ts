import { type IncomingMessage, request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { RecordedAnswer } from './recording.ts';

export interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

const answerTimeoutMs = 20_000;

const headersOf = (message: IncomingMessage): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (let index = 0; index + 1 < message.rawHeaders.length; index += 2) {
    headers[message.rawHeaders[index] ?? ''] = message.rawHeaders[index + 1] ?? '';
  }
  return headers;
};

const bodyOf = (
  headers: Readonly<Record<string, string>>,
  bytes: Buffer,
): Omit<RecordedAnswer, 'status' | 'headers'> => {
  const type = headers['Content-Type'] ?? '';
  if (type.startsWith('application/json') && bytes.length > 0) {
    const json: unknown = JSON.parse(bytes.toString('utf8'));
    return { json };
  }
  if (type.startsWith('text/') || bytes.length === 0) return { text: bytes.toString('utf8') };
  return { binary: { len: bytes.length, head_hex: bytes.subarray(0, 16).toString('hex') } };
};

/** Sends one request as it stands (no header but Host is added) and returns the answer in the form of the recordings. */
export const exchange = (port: number, sent: Sent): Promise<RecordedAnswer & { readonly bytes: Buffer }> =>
  new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, method: sent.method ?? 'GET', path: sent.path, headers: { ...sent.headers } },
      (message) => {
        const chunks: Buffer[] = [];
        message.on('data', (chunk: Buffer) => chunks.push(chunk));
        message.on('error', reject);
        message.on('end', () => {
          const headers = headersOf(message);
          const isPacked = headers['Content-Encoding'] === 'gzip';
          const bytes = isPacked ? gunzipSync(Buffer.concat(chunks)) : Buffer.concat(chunks);
          resolve({ status: message.statusCode ?? 0, headers, ...bodyOf(headers, bytes), bytes });
        });
      },
    );
    outgoing.setTimeout(answerTimeoutMs, () => outgoing.destroy(new Error(`no answer to ${sent.path}`)));
    outgoing.on('error', reject);
    outgoing.end(sent.body);
  });

/** POSTs JSON. */
export const postJson = (port: number, path: string, value: unknown) =>
  exchange(port, {
    method: 'POST',
    path,
    body: JSON.stringify(value),
    headers: { 'Content-Type': 'application/json' },
  });

/** A multipart form with an optional file under `image`. */
export const formOf = (
  fields: Readonly<Record<string, string>>,
  file: { readonly name: string; readonly bytes: Uint8Array } | null,
): { readonly body: Uint8Array; readonly headers: Readonly<Record<string, string>> } => {
  const boundary = 'conformance-boundary';
  const parts: Uint8Array[] = [];
  for (const [name, value] of Object.entries(fields)) {
    parts.push(Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`));
  }
  if (file !== null) {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="image"; filename="${file.name}"\r\nContent-Type: application/octet-stream\r\n\r\n`;
    parts.push(Buffer.from(head), file.bytes, Buffer.from('\r\n'));
  }
  parts.push(Buffer.from(`--${boundary}--\r\n`));
  return { body: Buffer.concat(parts), headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` } };
};
