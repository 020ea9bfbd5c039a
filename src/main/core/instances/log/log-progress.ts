import type { StartPhase } from '#contract/models/instance.ts';
import { tellsOfUnload } from './unload-signatures.ts';

/** What one line of ComfyUI's log tells. Every line is a sign of progress, whether it tells anything or not. */
export type LogSignal =
  | { readonly kind: 'phase'; readonly phase: StartPhase }
  | { readonly kind: 'version'; readonly version: string }
  /** A prompt came or has ended, whoever sent it. */
  | { readonly kind: 'prompt' }
  /** It holds no models any more. */
  | { readonly kind: 'unloaded' }
  /** A progress bar: `active` until its last step. */
  | { readonly kind: 'sampling'; readonly active: boolean }
  /** ComfyUI-Manager is about to restart the process from inside. */
  | { readonly kind: 'rebooting' };

const escape = String.fromCodePoint(27);
const bell = String.fromCodePoint(7);
/** Control sequences (colours, cursor) and operating system commands (titles, links). */
const ansiSequences = new RegExp(
  `${escape}(?:\\[[0-9;:?]*[ -/]*[@-~]|\\][^${bell}${escape}]*(?:${bell}|${escape}\\\\)|[@-Z\\\\^_])`,
  'g',
);

/** The text as a person reads it. Since version 0.33 every record starts with colours even in a file (comfyui-protocol.md 1.3). */
export const stripAnsi = (text: string): string => (text.includes(escape) ? text.replace(ansiSequences, '') : text);

/** What a record starts with since version 0.33: `[INFO] `. */
const levelPrefix = /^\[(?:DEBUG|DETAIL|INFO|WARNING|ERROR|CRITICAL)\] /;

/** A line without colours and without the level in front. */
export const plainLine = (line: string): string => stripAnsi(line).replace(levelPrefix, '').trimEnd();

/** Lines that begin a phase of the start, in ComfyUI's own order (comfyui-protocol.md 1.1). */
const phaseLines: readonly (readonly [RegExp, StartPhase])[] = [
  [/^\[Prompt Server\] web root:/, 'custom-nodes'],
  [/^Import times for custom nodes:/, 'custom-nodes'],
  [/^Starting server$/, 'server'],
  [/^To see the GUI go to: /, 'verifying'],
];

const versionLine = /^ComfyUI version: (\S+)$/;
/** Printed when a prompt is accepted and when it has ended (comfyui-protocol.md 1.3). */
const promptLine = /^(?:got prompt|Prompt executed in .+)$/;
/** tqdm: ` 35%|███▌      | 7/20 [00:03<00:05,  2.31it/s]`. */
const progressBar = /\d+%\|.*\| (\d+)\/(\d+) \[/;
/** Printed right before ComfyUI-Manager re-executes or ends the process; the second form is its usual one. */
const rebootLine = /^Restarting\.\.\.(?: \[Legacy Mode\])?$/;

/** Reads one line without its line break, colours included or not. */
export const readLogLine = (line: string): LogSignal | null => {
  const text = plainLine(line);
  const phase = phaseLines.find(([pattern]) => pattern.test(text))?.[1];
  if (phase !== undefined) return { kind: 'phase', phase };
  const version = versionLine.exec(text)?.[1];
  if (version !== undefined) return { kind: 'version', version };
  if (rebootLine.test(text)) return { kind: 'rebooting' };
  if (promptLine.test(text)) return { kind: 'prompt' };
  if (tellsOfUnload(text)) return { kind: 'unloaded' };
  const bar = progressBar.exec(text);
  return bar === null ? null : { kind: 'sampling', active: Number(bar[1]) < Number(bar[2]) };
};

/** Cuts text that arrives in pieces into lines. A progress bar rewrites its line with a carriage return: each rewrite is a line. */
export interface LineSplitter {
  push(text: string): readonly string[];
  /** What has arrived of the line that is not complete yet, or nothing. */
  rest(): readonly string[];
}

/** A line longer than `maxLength` is cut there, so that output without line breaks is bounded. */
export const createLineSplitter = (maxLength: number): LineSplitter => {
  let pending = '';
  return {
    push: (text) => {
      const pieces = (pending + text).split(/\r\n|\n|\r/);
      pending = (pieces.pop() ?? '').slice(-maxLength);
      return pieces.map((piece) => piece.slice(0, maxLength));
    },
    rest: () => (pending === '' ? [] : [pending]),
  };
};
