import { setTimeout as wait } from 'node:timers/promises';
import type { Prompt } from '#contract/models/workflow.ts';
import { square, steps } from '../../../test/gateway/graphs.ts';
import { colorOf } from '../../../test/gateway/pictures.ts';
import {
  historyOf,
  imagesOf,
  type Listener,
  listen,
  submitPrompt,
  untilInHistory,
  viewFile,
} from '../../../test/gateway/plain-client.ts';
import { fileOf, idOf } from '../../chaos/submissions.ts';

/** What became of one job, as its client saw it. */
export interface JobSeen {
  readonly index: number;
  readonly client: string;
  /** Everything that one ComfyUI would not have done; nothing when the job had its one result. */
  readonly problems: readonly string[];
}

/** One job in four is over at once; the others have progress that an instance can die in. */
const promptOf = (index: number): Prompt =>
  index % 4 === 0
    ? square(index, fileOf(index))
    : steps({ seed: index, steps: 8, delaySeconds: 0.04, prefix: fileOf(index) });

const colorFor = (index: number): readonly number[] =>
  index % 4 === 0 ? [(index >> 16) & 255, (index >> 8) & 255, index & 255] : [index % 256, index % 256, index % 256];

/** The result as every client reads it: one entry, one picture, its own. */
const resultProblems = async (address: string, index: number): Promise<readonly string[]> => {
  const id = idOf('a', index);
  const entry = (await historyOf(address, id))[id];
  if (entry === undefined) return ['it is not in the history'];
  if (entry.status.status_str !== 'success' || !entry.status.completed)
    return [`it ended as ${JSON.stringify(entry.status).slice(0, 300)}`];
  const images = imagesOf(entry);
  const [image] = images;
  if (image === undefined || images.length > 1) return [`it has ${images.length} pictures`];
  const color = await colorOf(await viewFile(address, image));
  return JSON.stringify(color) === JSON.stringify(colorFor(index)) ? [] : [`its picture is of ${color.join(', ')}`];
};

const exactlyOnce = ['executed', 'execution_success'];
const never = ['execution_error', 'execution_interrupted'];

/** What came over the websocket for a job: one result, no error, progress that never goes back. */
export const socketProblems = (listener: Pick<Listener, 'messages'>, promptId: string): readonly string[] => {
  const messages = listener.messages(promptId);
  const count = (type: string): number => messages.filter((message) => message.type === type).length;
  const ends = messages.filter(({ type, data }) => type === 'executing' && data['node'] === null).length;
  const values = messages.filter(({ type }) => type === 'progress').map(({ data }) => Number(data['value']));
  return [
    ...exactlyOnce.filter((type) => count(type) !== 1).map((type) => `${count(type)} × ${type}`),
    ...never.filter((type) => count(type) > 0).map((type) => `${count(type)} × ${type}`),
    ...(ends === 1 ? [] : [`${ends} ends`]),
    ...(values.some((value, at) => value < (values[at - 1] ?? 0)) ? [`progress went back: ${values.join(' ')}`] : []),
  ];
};

export interface CrowdOptions {
  readonly address: string;
  readonly clients: number;
  readonly jobs: number;
  readonly random: () => number;
  /** Longest that a client waits for one job. */
  readonly jobLimitMs: number;
}

/** Jobs that one client has underway at once. */
const underwayAtOnce = 3;

const runClient = async (
  { address, random, jobLimitMs }: CrowdOptions,
  name: string,
  indexes: readonly number[],
): Promise<readonly JobSeen[]> => {
  // Every other client has a websocket; the rest only ask.
  const listener = name.endsWith('-listens') ? await listen(address, name) : null;
  const todo = [...indexes];
  const problems = new Map<number, string[]>(indexes.map((index) => [index, []]));
  const runOne = async (index: number): Promise<void> => {
    const found = problems.get(index);
    const promptId = idOf('a', index);
    try {
      const given = await submitPrompt(address, {
        prompt: promptOf(index),
        prompt_id: promptId,
        ...(listener === null ? {} : { client_id: name }),
      });
      if (given !== promptId) found?.push(`it was given the id ${given}`);
      if (listener === null) await untilInHistory(address, promptId, jobLimitMs);
      else await listener.untilOver(promptId, jobLimitMs);
      found?.push(...(await resultProblems(address, index)));
    } catch (error) {
      found?.push(String(error).slice(0, 400));
    }
  };
  const work = async (): Promise<void> => {
    for (let index = todo.shift(); index !== undefined; index = todo.shift()) {
      await runOne(index);
      await wait(random() * 100);
    }
  };
  await Promise.all(Array.from({ length: underwayAtOnce }, work));
  // Only now is it known that nothing came twice.
  if (listener !== null)
    for (const index of indexes) problems.get(index)?.push(...socketProblems(listener, idOf('a', index)));
  await listener?.close();
  return indexes.map((index) => ({ index, client: name, problems: problems.get(index) ?? [] }));
};

/** All clients at once, each with its share of the jobs; answers when every client has what it waited for, or gave up. */
export const runCrowd = async (options: CrowdOptions): Promise<readonly JobSeen[]> => {
  const { clients, jobs } = options;
  const all = Array.from({ length: jobs }, (_, index) => index);
  const seen = await Promise.all(
    Array.from({ length: clients }, (_, client) =>
      runClient(
        options,
        `crowd-${client}-${client % 2 === 0 ? 'listens' : 'asks'}`,
        all.filter((index) => index % clients === client),
      ),
    ),
  );
  return seen.flat();
};
