import { isRecord } from '#comfyui/validation/input-config.ts';
import { StudioError } from '#contract/errors.ts';
import type { FleetCandidate } from '#core/jobs/fleet-view.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { ComfyReader, NodeInfo } from '#core/ports/comfy-reader.ts';
import { readFileValue } from '../files/named-files.ts';
import { readMark } from '../files/output-names.ts';
import { type FileName, pathWithin } from '../files/upload-place.ts';
import type { DescribedClass, FileKnowledge } from './described-class.ts';

/** An instance with what it told of its nodes. */
export interface FileSource {
  readonly candidate: Pick<FleetCandidate, 'instanceId' | 'endpoint' | 'status'>;
  readonly nodes: ReadonlyMap<string, NodeInfo>;
}

export interface InputFilesDependencies {
  readonly reader: Pick<ComfyReader, 'get'>;
  readonly clock: Pick<Clock, 'schedule'>;
  readonly shelf: { find(file: FileName): unknown };
  readonly describe: (info: NodeInfo) => DescribedClass;
}

/** A busy ComfyUI can block its event loop for a second. */
const askLimitMs = 1500;
/** Questions to one instance that are underway at a time. */
const asksAtOnce = 4;
/** A longer text is no name of a file. */
const maxFileLength = 2000;
/** A prompt that names more files that nobody knows of is not worth so many questions. */
const maxAsked = 64;

/** Values of the prompt that name files which the instance did not list when it told of its nodes. */
const unlistedFiles = (
  prompt: unknown,
  { nodes }: FileSource,
  describe: InputFilesDependencies['describe'],
): string[] =>
  (isRecord(prompt) ? Object.values(prompt) : []).flatMap((node) => {
    if (!isRecord(node) || typeof node['class_type'] !== 'string' || !isRecord(node['inputs'])) return [];
    const info = nodes.get(node['class_type']);
    const { inputs } = node;
    return (info === undefined ? [] : describe(info).files).flatMap(({ name, offered }) => {
      const value = inputs[name];
      return typeof value === 'string' && offered?.has(value) !== true ? [value] : [];
    });
  });

const viewAddress = ({ name, subfolder, type }: FileName): string =>
  `/view?${new URLSearchParams({ filename: name, subfolder, type }).toString()}`;

/** A file that the gateway told of may name the instance that made it. */
const readMarkedFile = (value: string): FileName & { readonly instanceId: string | null } => {
  const file = readFileValue(value);
  return { ...file, ...readMark(file.subfolder) };
};

/** Whether the instance has the file; null where it does not say. */
const askInstance = async (
  { reader }: InputFilesDependencies,
  { candidate }: FileSource,
  value: string,
  signal: AbortSignal,
): Promise<boolean | null> => {
  const { instanceId, ...file } = readMarkedFile(value);
  if (instanceId !== null && instanceId !== candidate.instanceId) return false;
  try {
    const headers = { range: 'bytes=0-0' };
    const answer = await reader.get(candidate.endpoint, viewAddress(file), { headers, signal });
    await answer.body[Symbol.asyncIterator]().return?.();
    // 416: it is there and empty.
    if (answer.status < 300 || answer.status === 416) return true;
    return answer.status < 500 ? false : null;
  } catch (error) {
    if (error instanceof StudioError || signal.aborted) return null;
    throw error;
  }
};

/** Whether a value names a file within ComfyUI's folders; outside of them it finds none. */
const isInside = (value: string): boolean => {
  const { name, subfolder } = readFileValue(value);
  return pathWithin(subfolder, name) !== null;
};

interface Found {
  /** By instance. */
  readonly found: ReadonlyMap<string, ReadonlySet<string>>;
  /** Files of which at least one instance said whether it has them. */
  readonly answered: ReadonlySet<string>;
}

const isAnswering = ({ candidate: { status } }: FileSource): boolean => status === 'running' || status === 'paused';

/** Which of the files the instances have, as far as they say within the limit. */
const askAll = async (
  dependencies: InputFilesDependencies,
  sources: readonly FileSource[],
  wanted: readonly string[],
): Promise<Found> => {
  const found = new Map<string, Set<string>>();
  const answered = new Set<string>();
  if (wanted.length === 0) return { found, answered };
  const limit = new AbortController();
  const cancel = dependencies.clock.schedule(askLimitMs, () => limit.abort());
  const ask = async (source: FileSource, values: Iterator<string>): Promise<void> => {
    for (let next = values.next(); next.done !== true && !limit.signal.aborted; next = values.next()) {
      const there = await askInstance(dependencies, source, next.value, limit.signal);
      if (there !== null) answered.add(next.value);
      const { instanceId } = source.candidate;
      if (there === true) found.set(instanceId, (found.get(instanceId) ?? new Set()).add(next.value));
    }
  };
  const running = sources.filter(isAnswering);
  const workers = running.flatMap((source) => {
    const values = wanted.values();
    return Array.from({ length: Math.min(asksAtOnce, wanted.length) }, () => ask(source, values));
  });
  try {
    await Promise.all(workers);
    return { found, answered };
  } finally {
    cancel();
    limit.abort();
  }
};

/** Every text of the prompt that the shelf has a file for. */
const sentFiles = (prompt: unknown, shelf: InputFilesDependencies['shelf']): ReadonlySet<string> => {
  const sent = new Set<string>();
  for (const node of isRecord(prompt) ? Object.values(prompt) : []) {
    for (const value of isRecord(node) && isRecord(node['inputs']) ? Object.values(node['inputs']) : []) {
      if (typeof value === 'string' && value.length <= maxFileLength && shelf.find(readFileValue(value)) !== null) {
        sent.add(value);
      }
    }
  }
  return sent;
};

/**
 * Finds out where the files lie that a prompt names: on the shelf, from which they are sent to any instance; on an instance's list; or,
 * for what is on neither, by asking the instances that run. Where none of them says anything a file counts as there, since the instance
 * that runs the job will see.
 */
export const locateFiles = async (
  dependencies: InputFilesDependencies,
  prompt: unknown,
  sources: readonly FileSource[],
): Promise<(instanceId: string) => FileKnowledge> => {
  const { shelf, describe } = dependencies;
  const sent = sentFiles(prompt, shelf);
  const unlisted = new Set(sources.flatMap((source) => unlistedFiles(prompt, source, describe)));
  const wanted = [...unlisted].filter((value) => !sent.has(value) && isInside(value)).slice(0, maxAsked);
  const { found, answered } = await askAll(dependencies, sources, wanted);
  const unknown = new Set(wanted.filter((value) => !answered.has(value)));
  const silent = new Set(sources.filter((source) => !isAnswering(source)).map(({ candidate }) => candidate.instanceId));
  const isLeftAt = (instanceId: string, value: string): boolean =>
    silent.has(instanceId) && readMarkedFile(value).instanceId === instanceId;
  return (instanceId) => ({
    has: (value) =>
      sent.has(value) ||
      unknown.has(value) ||
      found.get(instanceId)?.has(value) === true ||
      isLeftAt(instanceId, value),
    isSent: (value) => sent.has(value),
  });
};
