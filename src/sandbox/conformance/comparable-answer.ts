import { type Names, normalise } from './normalise.ts';
import type { RecordedAnswer } from './recording.ts';

/** Headers whose values are part of the protocol. */
const exactHeaders = [
  'Content-Type',
  'Allow',
  'Cache-Control',
  'Pragma',
  'Expires',
  'Accept-Ranges',
  'Content-Disposition',
  'Content-Range',
  'Content-Encoding',
  'X-Content-Type-Options',
  'Vary',
  'Content-Security-Policy',
  'Access-Control-Allow-Origin',
  'Access-Control-Allow-Methods',
  'Access-Control-Allow-Headers',
  'Access-Control-Allow-Credentials',
] as const;

/** Headers that must be there, in this form, whatever their value. */
const formedHeaders = { ETag: /^"[0-9a-f]+-[0-9a-f]+"$/, 'Last-Modified': /^\w{3}, \d\d \w{3} \d{4} .* GMT$/ } as const;

const headersIn = (headers: Readonly<Record<string, string>>): Record<string, string> => {
  const kept: Record<string, string> = {};
  for (const name of exactHeaders) if (headers[name] !== undefined) kept[name] = headers[name];
  const range = kept['Content-Range'];
  // The file behind the range is another one; that its whole size is told is what counts.
  if (range !== undefined) kept['Content-Range'] = range.replace(/\/\d+$/, '/<size>');
  for (const [name, form] of Object.entries(formedHeaders)) {
    const value = headers[name];
    if (value !== undefined) kept[name] = form.test(value) ? '<well formed>' : value;
  }
  return kept;
};

/** How a body is told apart: JSON and text whole, pictures by their kind. */
const bodyIn = (answer: RecordedAnswer, names: Names): unknown => {
  if (answer.json !== undefined) return { json: normalise(answer.json, names) };
  if (answer.binary !== undefined) return { signature: answer.binary.head_hex.slice(0, 6) };
  return { text: answer.text ?? '' };
};

/** The part of an answer that has to be equal: status, headers that matter, body without ids and times. */
export const comparableAnswer = (answer: RecordedAnswer, names: Names = {}): unknown => ({
  status: answer.status,
  headers: headersIn(answer.headers),
  body: bodyIn(answer, names),
});
