import type { ErrorCode } from '#contract/errors.ts';
import type { InstanceReason } from '#contract/models/instance.ts';
import type { ProcessExit } from '#core/ports/process-host.ts';
import { plainLine } from '../log/log-progress.ts';
import { describeExit } from './exit-codes.ts';

/** The end of one run of ComfyUI, as far as it can be read. */
export interface RunEnd {
  readonly exit: ProcessExit;
  /** It had answered before it ended. */
  readonly hadBeenReady: boolean;
  /** The last lines of this run, newest last, with or without colours. */
  readonly lines: readonly string[];
}

/** Most lines that a reason carries as evidence. */
export const evidenceLineCount = 40;

type Details = Readonly<Record<string, unknown>>;

interface Signature {
  readonly code: ErrorCode;
  /**
   * `anywhere`: the message is printed only when ComfyUI gives up. `last-words`: the same line also appears where the error was
   * caught (a custom node that could not be imported is skipped), so that it must be among the very last lines.
   */
  readonly where: 'anywhere' | 'last-words';
  /** Also the end of an instance that had been ready; the others can only happen in a start. */
  readonly afterReady?: true;
  readonly pattern: RegExp;
  readonly details?: (match: RegExpExecArray) => Details;
}

const lastWordCount = 4;

/** `argument --port: invalid int value: 'x'` names its flag; `unrecognized arguments: --a --b` names them all. */
const argumentDetails = (message: string): Details => {
  const named = /^argument ([^:]+): /.exec(message)?.[1];
  const unknown = /^unrecognized arguments: (.+)$/.exec(message)?.[1];
  const flags = named?.split('/') ?? unknown?.split(' ').filter((word) => word.startsWith('-')) ?? [];
  return { message, arguments: flags };
};

/** In order of trust: the first that fits is the answer. Each has its captured line in failure-signatures.fixture.ts. */
const signatures: readonly Signature[] = [
  {
    code: 'LAUNCH_PORT_TAKEN',
    where: 'anywhere',
    pattern: /^Port (\d+) is already in use on address (\S+)\. Please close/,
    details: ([, port, address]) => ({ port: Number(port), address }),
  },
  {
    code: 'LAUNCH_BAD_ARGUMENT',
    where: 'last-words',
    pattern: /^\S+: error: (.+)$/,
    details: ([, message = '']) => argumentDetails(message),
  },
  {
    code: 'LAUNCH_BAD_ARGUMENT',
    where: 'last-words',
    pattern: /bind on address \('([^']+)', \d+[^)]*\): (?:\[errno \d+\] )?cannot assign requested address/i,
    details: ([message, address]) => ({ message, arguments: ['--listen'], address }),
  },
  {
    code: 'LAUNCH_PERMISSION_DENIED',
    where: 'last-words',
    pattern: /bind on address \('([^']+)', (\d+)[^)]*\): (?:\[errno \d+\] )?permission denied/i,
    details: ([, address, port]) => ({ address, port: Number(port) }),
  },
  {
    code: 'LAUNCH_FRONTEND_MISSING',
    where: 'anywhere',
    pattern: /^comfyui-frontend-package is not installed\.$/,
  },
  {
    code: 'LAUNCH_DATABASE_LOCKED',
    where: 'anywhere',
    pattern: /^Failed to initialize database: Could not acquire lock on database '(.+?)'\./,
    details: ([, path]) => ({ path }),
  },
  { code: 'LAUNCH_DATABASE_LOCKED', where: 'last-words', pattern: /OperationalError\)? ?:? ?database is locked/ },
  {
    code: 'LAUNCH_DISK_FULL',
    where: 'last-words',
    afterReady: true,
    pattern: /\[Errno 28\]|No space left on device|database or disk is full/,
    details: ([message]) => ({ message }),
  },
  {
    code: 'GPU_OUT_OF_MEMORY',
    where: 'last-words',
    afterReady: true,
    pattern: /^(?:torch\.(?:cuda\.)?OutOfMemoryError|RuntimeError): .*out of memory/i,
  },
  {
    code: 'GPU_UNAVAILABLE',
    where: 'last-words',
    pattern:
      /Torch not compiled with CUDA enabled|Found no NVIDIA driver|No CUDA GPUs are available|invalid device ordinal|NVIDIA driver on your system is too old|Unexpected error from cudaGetDeviceCount|no kernel image is available/,
    details: ([message]) => ({ message }),
  },
  {
    code: 'LAUNCH_FOLDER_INVALID',
    where: 'last-words',
    pattern: /can't open file '(.+)': \[Errno 2\]/,
    details: ([, path]) => ({ path }),
  },
  {
    code: 'LAUNCH_FOLDER_INVALID',
    where: 'last-words',
    pattern: /^(?:FileNotFoundError|NotADirectoryError): \[[^\]]+\] [^:]+: '(.+)'$/,
    details: ([, path]) => ({ path }),
  },
  {
    code: 'LAUNCH_PERMISSION_DENIED',
    where: 'last-words',
    pattern: /^PermissionError: \[[^\]]+\] [^:]+: '(.+)'$/,
    details: ([, path]) => ({ path }),
  },
  {
    code: 'LAUNCH_MODULE_MISSING',
    where: 'last-words',
    pattern: /No module named '?([\w.]+)'?$/,
    details: ([, module]) => ({ module }),
  },
  {
    code: 'LAUNCH_MODULE_MISSING',
    where: 'last-words',
    pattern: /^ImportError: (.+)$/,
    details: ([, message]) => ({ message }),
  },
];

const find = (signature: Signature, lines: readonly string[]): InstanceReason | null => {
  const searched = signature.where === 'anywhere' ? lines : lines.slice(-lastWordCount);
  for (const line of searched.toReversed()) {
    const match = signature.pattern.exec(line);
    if (match !== null) return { code: signature.code, details: { ...signature.details?.(match) }, evidence: [] };
  }
  return null;
};

const readable = (lines: readonly string[]): readonly string[] =>
  lines.map(plainLine).filter((line) => line.trim() !== '');

/** The last lines that say something, as a person reads them. */
export const evidenceOf = (lines: readonly string[]): string[] => readable(lines).slice(-evidenceLineCount);

/** The lines of the last traceback, when it is what the log ends with. */
const lastTraceback = (lines: readonly string[]): readonly string[] => {
  const start = lines.findLastIndex((line) => line.startsWith('Traceback (most recent call last)'));
  if (start === -1) return [];
  const block = lines.slice(start + 1);
  const end = block.findIndex((line) => !line.startsWith(' '));
  return end === -1 || block.length - end <= lastWordCount ? block : [];
};

const customNodeFile = /^\s*File "(.*[/\\]custom_nodes[/\\]([^/\\"]+)[^"]*)"/;

/**
 * ComfyUI skips a custom node that raises while it is imported. One that ends the whole program (an error in code of its own that
 * runs outside of the import) shows in the frames of the last traceback.
 */
const customNode = (lines: readonly string[]): InstanceReason | null => {
  const match = lastTraceback(lines)
    .map((line) => customNodeFile.exec(line))
    .findLast((found) => found !== null);
  if (match === null || match === undefined) return null;
  const [, file, name] = match;
  return { code: 'LAUNCH_CUSTOM_NODE', details: { name, file, message: lines.at(-1) ?? '' }, evidence: [] };
};

/**
 * Turns the end of a run into a code with its facts and the last lines as evidence. What is not recognised is PROCESS_EXITED or
 * PROCESS_KILLED; that the program had been ready rules out everything that can only go wrong in a start.
 */
export const explainEnd = (end: RunEnd): InstanceReason => {
  const lines = readable(end.lines);
  const evidence = evidenceOf(end.lines);
  const exitDetails = describeExit(end.exit);
  const applicable = signatures.filter((signature) => !end.hadBeenReady || signature.afterReady === true);
  const found =
    (end.hadBeenReady ? null : customNode(lines)) ??
    applicable.map((signature) => find(signature, lines)).find((reason) => reason !== null) ??
    null;
  if (found !== null) return { ...found, details: { ...exitDetails.details, ...found.details }, evidence };
  // argparse ends with 2 whatever it complains about (comfyui-protocol.md 1.2), and so does nothing else of ComfyUI.
  const code = end.exit.code === 2 && !end.hadBeenReady ? 'LAUNCH_BAD_ARGUMENT' : exitDetails.code;
  return { code, details: exitDetails.details, evidence };
};
