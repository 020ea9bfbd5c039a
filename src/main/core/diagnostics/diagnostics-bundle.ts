import type { LogEnd } from '../ports/log-end.ts';
import { type PrivateFacts, redacted, redactText, redactValue } from './redact-text.ts';

/** Something that may go into the bundle, before it is redacted. */
export type BundleSource =
  | { readonly kind: 'facts'; readonly name: string; readonly read: () => Promise<unknown> }
  | { readonly kind: 'log'; readonly name: string; readonly readEnd: (maxBytes: number) => Promise<LogEnd> };

/** One file of the bundle as it is written. */
export interface BundleFile {
  readonly name: string;
  readonly kind: BundleSource['kind'] | 'guide';
  readonly text: string;
  readonly bytes: number;
  readonly truncated: boolean;
  readonly redactions: number;
}

export interface BundleLimits {
  readonly logBytes: number;
  readonly totalBytes: number;
}

export const usualBundleLimits: BundleLimits = { logBytes: 512 * 1024, totalBytes: 24 * 1024 ** 2 };

const bytesOf = (text: string): number => new TextEncoder().encode(text).byteLength;

/** The end of a text of at most so many bytes, from the beginning of a line. */
export const lastBytes = (text: string, maxBytes: number): string => {
  const bytes = new TextEncoder().encode(text);
  if (bytes.byteLength <= maxBytes) return text;
  const end = new TextDecoder().decode(bytes.subarray(bytes.byteLength - maxBytes));
  const line = end.indexOf('\n');
  return line === -1 ? end.replace(/^\uFFFD+/, '') : end.slice(line + 1);
};

/** A line that begins in the middle may show the half of a secret that no pattern knows. */
const fromWholeLine = ({ text, truncated }: LogEnd): string => {
  const line = text.indexOf('\n');
  return truncated && line !== -1 ? text.slice(line + 1) : text;
};

const readSource = async (source: BundleSource, maxBytes: number): Promise<LogEnd> => {
  if (source.kind === 'log') {
    const end = await source.readEnd(maxBytes);
    return { text: fromWholeLine(end), truncated: end.truncated };
  }
  return { text: `${JSON.stringify(redactValue(await source.read()), null, 2)}\n`, truncated: false };
};

const guideText = (files: readonly BundleFile[]): string =>
  [
    'Diagnostics of Atelier',
    '',
    'Made on this machine and sent to nobody. Tokens, passwords, keys, mail addresses and the names of people in',
    'paths were taken out. Look through the files before you pass them on: a prompt or a file name may still say',
    'more than you want to.',
    '',
    ...files.map(({ name, bytes, truncated }) => `${name}  ${bytes} bytes${truncated ? ' (only its end)' : ''}`),
    '',
  ].join('\n');

/**
 * The files of the bundle one after the other, redacted and within the limits; a source that cannot be read says so in its place.
 * The guide comes last, since it lists the others.
 */
export async function* bundleFiles(
  sources: readonly BundleSource[],
  facts: PrivateFacts,
  options: { readonly limits: BundleLimits; readonly signal: AbortSignal },
): AsyncGenerator<BundleFile> {
  const { limits, signal } = options;
  const files: BundleFile[] = [];
  let left = limits.totalBytes;
  for (const source of sources) {
    if (signal.aborted || left <= 0) break;
    const allowed = Math.min(left, limits.logBytes);
    let read: LogEnd;
    try {
      read = await readSource(source, allowed);
    } catch (error) {
      read = { text: `could not be read: ${error instanceof Error ? error.name : 'error'}\n`, truncated: false };
    }
    // What redactValue took out stands in the text already.
    const before = source.kind === 'facts' ? read.text.split(redacted).length - 1 : 0;
    const { text, count } = redactText(read.text, facts);
    const kept = source.kind === 'log' ? lastBytes(text, allowed) : text.slice(0, left);
    const name = redactText(source.name, facts).text;
    const bytes = bytesOf(kept);
    const truncated = read.truncated || kept.length < text.length;
    const file: BundleFile = { name, kind: source.kind, text: kept, bytes, truncated, redactions: before + count };
    left -= bytes;
    files.push(file);
    yield file;
  }
  const text = guideText(files);
  yield { name: 'README.txt', kind: 'guide', text, bytes: bytesOf(text), truncated: false, redactions: 0 };
}
