import { StudioError } from '#contract/errors.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import { isObject } from '#core/shared/json-object.ts';
import type { GatewayContext } from '../context.ts';
import type { Door } from '../prompts/door.ts';
import { type FileParts, openNamedFile } from './file-sources.ts';
import { namedFilesOf } from './named-files.ts';
import { readMark } from './output-names.ts';
import { type FileName, isUploadFolder } from './upload-place.ts';

export type FileAdoptionDependencies = FileParts & Pick<GatewayContext, 'inputs' | 'settings' | 'clock' | 'logger'>;

/** Makes files of one instance such that every instance can get them. */
export interface FileAdoption {
  /**
   * Puts onto the shelf what a graph names of the results of instances, as it is now: the job may run on another one, and later, when
   * the name may stand for something else. What cannot be had is left to the instance that runs the job. Never rejects.
   */
  adopt(prompt: unknown): Promise<void>;
}

/** A graph that names more results than this is none that anybody made. */
const maxFiles = 64;
/** A client waits for the answer to its prompt meanwhile. */
const limitMs = 60_000;
const maxRemembered = 5000;

interface Adopted {
  readonly etag: string;
  readonly uploadId: string;
}

/** What of the body of a prompt is a graph, as far as it is one: it has not been checked yet. */
const graphOf = (prompt: unknown): Prompt =>
  Object.fromEntries(
    Object.entries(isObject(prompt) ? prompt : {}).flatMap(([nodeId, node]) => {
      if (!isObject(node) || typeof node['class_type'] !== 'string' || !isObject(node['inputs'])) return [];
      return [[nodeId, { class_type: node['class_type'], inputs: { ...node['inputs'] } }]];
    }),
  );

/** Results, whatever the instance, and what an editor put into the clipboard of one. */
const isOfInstance = ({ subfolder, type }: FileName): boolean =>
  type === 'output' ||
  type === 'temp' ||
  readMark(subfolder).instanceId !== null ||
  /^clipspace(?:\/|$)/u.test(subfolder);

const keyOf = ({ name, subfolder, type }: FileName): string => `${type}|${subfolder}|${name}`;

const release = async (body: AsyncIterable<Uint8Array>): Promise<void> => {
  await body[Symbol.asyncIterator]().return?.();
};

export const createFileAdoption = (dependencies: FileAdoptionDependencies): FileAdoption => {
  const { fleet, inputs, shelf, settings, clock, logger } = dependencies;
  const adopted = new Map<string, Adopted>();
  const under = new Map<string, Promise<void>>();

  const remember = (key: string, what: Adopted): void => {
    adopted.delete(key);
    adopted.set(key, what);
    const oldest = adopted.keys().next();
    if (adopted.size > maxRemembered && oldest.done !== true) adopted.delete(oldest.value);
  };

  /** One instance has its own results; a mark is no name that it knows. */
  const isNeeded = (file: FileName): boolean => {
    if (!isOfInstance(file)) return false;
    if (readMark(file.subfolder).instanceId !== null) return true;
    return fleet.candidates().length > 1 && (file.type !== 'input' || shelf.find(file) === null);
  };

  const take = async (file: FileName, signal: AbortSignal): Promise<void> => {
    const { name, subfolder, type } = file;
    const answer = await openNamedFile(dependencies, file, { headers: {}, query: {}, signal });
    if (answer === null || !isUploadFolder(type)) return;
    const { etag = '', 'content-type': contentType = '', 'content-length': length } = answer.headers;
    const key = keyOf(file);
    const before = adopted.get(key);
    const maxBytes = settings().gatewayMaxUploadBytes;
    const isKept = etag !== '' && before?.etag === etag && shelf.find(file)?.uploadId === before.uploadId;
    if (isKept || answer.status !== 200 || Number(length ?? 0) > maxBytes) {
      await release(answer.body);
      return;
    }
    const stored = await inputs.put(answer.body, { contentType, maxBytes, signal });
    await shelf.put({ ...stored, folder: type, subfolder, fileName: name, overwrite: true });
    remember(key, { etag, uploadId: stored.uploadId });
  };

  const takeOnce = (file: FileName, signal: AbortSignal): Promise<void> => {
    const key = keyOf(file);
    const running = under.get(key);
    if (running !== undefined) return running;
    const taking = take(file, signal)
      .catch((error: unknown) => {
        // The instance that runs the job says what it lacks; a full disk is one for the log, too.
        const code = error instanceof StudioError ? error.code : String(error);
        logger.warn('A file of an instance could not be made ready for others.', { name: file.name, code });
      })
      .finally(() => under.delete(key));
    under.set(key, taking);
    return taking;
  };

  return {
    adopt: async (prompt) => {
      const wanted = new Map<string, FileName>();
      for (const file of namedFilesOf(graphOf(prompt), () => null))
        if (wanted.size < maxFiles && isNeeded(file)) wanted.set(keyOf(file), file);
      if (wanted.size === 0) return;
      const limit = new AbortController();
      const cancel = clock.schedule(limitMs, () => limit.abort());
      try {
        for (const file of wanted.values()) await takeOnce(file, limit.signal);
      } finally {
        cancel();
        // Lets go of answers that were not read.
        limit.abort();
      }
    },
  };
};

/** A door that sees to the files of a prompt before it looks at the prompt. */
export const adoptingDoor = (door: Door, adoption: FileAdoption): Door => ({
  ...door,
  submit: async (request) => {
    if (isObject(request.body)) await adoption.adopt(request.body['prompt']);
    return door.submit(request);
  },
});
