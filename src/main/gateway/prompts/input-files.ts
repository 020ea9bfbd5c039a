import { isRecord } from '#comfyui/validation/input-config.ts';
import { StudioError } from '#contract/errors.ts';
import type { FleetCandidate } from '#core/jobs/fleet-view.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { ComfyReader, NodeInfo } from '#core/ports/comfy-reader.ts';
import { readFileValue } from '../files/named-files.ts';
import { type FileName, pathWithin } from '../files/upload-place.ts';
import type { DescribedClass, HasFile } from './upload-inputs.ts';

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
    return (info === undefined ? [] : describe(info).uploads).flatMap(({ name, offered }) => {
      const value = inputs[name];
      return typeof value === 'string' && offered?.has(value) !== true ? [value] : [];
    });
  });

const viewAddress = ({ name, subfolder, type }: FileName): string =>
  `/view?${new URLSearchParams({ filename: name, subfolder, type }).toString()}`;

/** Whether the instance has the file; null where it does not say. */
const askInstance = async (
  { reader, clock }: InputFilesDependencies,
  { candidate }: FileSource,
  file: FileName,
): Promise<boolean | null> => {
  const limit = new AbortController();
  const cancel = clock.schedule(askLimitMs, () => limit.abort());
  try {
    const headers = { range: 'bytes=0-0' };
    const answer = await reader.get(candidate.endpoint, viewAddress(file), { headers, signal: limit.signal });
    await answer.body[Symbol.asyncIterator]().return?.();
    // 416: it is there and empty.
    if (answer.status < 300 || answer.status === 416) return true;
    return answer.status < 500 ? false : null;
  } catch (error) {
    if (error instanceof StudioError || limit.signal.aborted) return null;
    throw error;
  } finally {
    cancel();
    limit.abort();
  }
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
): Promise<(instanceId: string) => HasFile> => {
  const { shelf, describe } = dependencies;
  const shelved = new Map<string, boolean>();
  const unlisted = new Set(sources.flatMap((source) => unlistedFiles(prompt, source, describe)));
  for (const value of unlisted) shelved.set(value, shelf.find(readFileValue(value)) !== null);
  const wanted = [...unlisted].filter((value) => shelved.get(value) === false);
  const found = new Map<string, ReadonlySet<string>>();
  const answered = new Set<string>();
  const running = sources.filter(({ candidate: { status } }) => status === 'running' || status === 'paused');
  const asked = wanted.filter((value) => {
    const { name, subfolder } = readFileValue(value);
    if (pathWithin(subfolder, name) !== null) return true;
    answered.add(value);
    return false;
  });
  await Promise.all(
    running.map(async (source) => {
      const there = new Set<string>();
      found.set(source.candidate.instanceId, there);
      const look = async (value: string): Promise<void> => {
        const isThere = await askInstance(dependencies, source, readFileValue(value));
        if (isThere !== null) answered.add(value);
        if (isThere === true) there.add(value);
      };
      await Promise.all(asked.slice(0, maxAsked).map(look));
    }),
  );
  return (instanceId) => (input, value) =>
    input.offered?.has(value) === true ||
    shelved.get(value) === true ||
    found.get(instanceId)?.has(value) === true ||
    !(answered.has(value) || shelved.get(value) === undefined);
};
