import { setTimeout as wait } from 'node:timers/promises';
import type { Prompt } from '#contract/models/workflow.ts';
import type { GatewayFleet } from '../../../test/gateway/fleet.ts';
import { square, steps } from '../../../test/gateway/graphs.ts';
import { colorOf } from '../../../test/gateway/pictures.ts';
import {
  type HistoryEntry,
  historyOf,
  imagesOf,
  type Listener,
  listen,
  type Message,
  submitPrompt,
  untilInHistory,
  viewFile,
} from '../../../test/gateway/plain-client.ts';
import { callStudio } from '../../../test/studio-client.ts';
import type { InstanceKill } from '../../chaos/judge-job.ts';
import { fileOf, idOf } from '../../chaos/submissions.ts';
import { parkingProblems } from './parking.ts';

/** What became of one job, as its client saw it. */
export interface JobSeen {
  readonly index: number;
  readonly client: string;
  /** Everything that one ComfyUI would not have done; nothing when the job had its one result. */
  readonly problems: readonly string[];
  /** How often it was set aside after two deaths, and asked for again by its client. */
  readonly parkings: number;
}

interface Underway extends JobSeen {
  readonly problems: string[];
  parkings: number;
}

/** One job in four is over at once; the others have progress that an instance can die in, and one in eight enough for two to die. */
const promptOf = (index: number): Prompt =>
  index % 4 === 0
    ? square(index, fileOf(index))
    : steps({ seed: index, steps: index % 8 === 3 ? 60 : 8, delaySeconds: 0.04, prefix: fileOf(index) });

const colorFor = (index: number): readonly number[] =>
  index % 4 === 0 ? [(index >> 16) & 255, (index >> 8) & 255, index & 255] : [index % 256, index % 256, index % 256];

/** The result as every client reads it: one entry, one picture, its own. */
const resultProblems = async (address: string, index: number, entry: HistoryEntry): Promise<readonly string[]> => {
  if (entry.status.status_str !== 'success' || !entry.status.completed)
    return [`it ended as ${JSON.stringify(entry.status).slice(0, 300)}`];
  const images = imagesOf(entry);
  const [image] = images;
  if (image === undefined || images.length > 1) return [`it has ${images.length} pictures`];
  const color = await colorOf(await viewFile(address, image));
  return JSON.stringify(color) === JSON.stringify(colorFor(index)) ? [] : [`its picture is of ${color.join(', ')}`];
};

const isEnd = ({ type, data }: Message): boolean => type === 'executing' && data['node'] === null;

/** The messages of each time that the job was asked for, up to its end; what comes after the last end is one more. */
const turnsOf = (messages: readonly Message[]): readonly (readonly Message[])[] => {
  const ends = messages.flatMap((one, index) => (isEnd(one) ? [index + 1] : []));
  const turns = ends.map((end, index) => messages.slice(ends[index - 1] ?? 0, end));
  const rest = messages.slice(ends.at(-1) ?? 0);
  return rest.length === 0 ? turns : [...turns, rest];
};

/** How often each may be told before a job is set aside, and of the job that had its result; 1 means exactly once. */
const setAside = { execution_error: 1, execution_success: 0, execution_interrupted: 0 };
const result = { executed: 1, execution_success: 1, execution_error: 0, execution_interrupted: 0 };

const turnProblems = (messages: readonly Message[], wanted: Readonly<Record<string, number>>): readonly string[] => {
  const count = (type: string): number => messages.filter((message) => message.type === type).length;
  const values = messages.filter(({ type }) => type === 'progress').map(({ data }) => Number(data['value']));
  return [
    ...Object.entries(wanted).flatMap(([type, times]) => (count(type) === times ? [] : [`${count(type)} × ${type}`])),
    ...(count('executed') > 1 && wanted['executed'] === undefined ? [`${count('executed')} × executed`] : []),
    ...(values.some((value, at) => value < (values[at - 1] ?? 0)) ? [`progress went back: ${values.join(' ')}`] : []),
  ];
};

/**
 * What came over the websocket for a job: each time that it was set aside one error, and in the end one result and no error; progress that
 * never goes back, and nothing twice.
 */
export const socketProblems = (
  listener: Pick<Listener, 'messages'>,
  promptId: string,
  parkings = 0,
): readonly string[] => {
  const turns = turnsOf(listener.messages(promptId));
  const ends = turns.filter((turn) => turn.some(isEnd)).length;
  return [
    ...turns.flatMap((turn, index) => turnProblems(turn, index < parkings ? setAside : result)),
    ...(ends === parkings + 1 && turns.length === ends ? [] : [`${ends} ends in ${turns.length} turns`]),
  ];
};

export interface CrowdOptions {
  readonly fleet: GatewayFleet;
  /** Grows while the crowd is at work. */
  readonly kills: readonly InstanceKill[];
  readonly clients: number;
  readonly jobs: number;
  readonly random: () => number;
  /** Longest that a client waits for one job. */
  readonly jobLimitMs: number;
}

/** Jobs that one client has underway at once. */
const underwayAtOnce = 3;

/** Waits until a job has ended once more, and answers its entry. */
const untilEnd = async (
  { fleet: { address }, jobLimitMs }: CrowdOptions,
  listener: Listener | null,
  { promptId, parkings }: { readonly promptId: string; readonly parkings: number },
): Promise<HistoryEntry> => {
  if (listener === null) return untilInHistory(address, promptId, jobLimitMs);
  const hasEnded = (): boolean => listener.messages(promptId).filter(isEnd).length > parkings;
  await listener.until(`end of ${promptId}`, hasEnded, jobLimitMs);
  const entry = (await historyOf(address, promptId))[promptId];
  if (entry === undefined) throw new Error('its end was told, and it is not in the history');
  return entry;
};

/** What is wrong with a parking, and the job asked for again; null where the job was not set aside. */
const careForParked = async (
  { fleet: { studio }, kills }: CrowdOptions,
  promptId: string,
  entry: HistoryEntry,
): Promise<readonly string[] | null> => {
  if (entry.status.completed) return null;
  const view = await callStudio(studio, 'jobs.get', { jobId: promptId });
  if (view.state !== 'parked') return null;
  const { events } = await callStudio(studio, 'jobs.events', { jobId: promptId });
  await callStudio(studio, 'jobs.retry', { jobIds: [promptId] });
  return parkingProblems({ entry, view, events, kills });
};

/** Submits one job and sees it through to its result, however often it is set aside on the way. */
const runJob = async (options: CrowdOptions, listener: Listener | null, job: Underway): Promise<void> => {
  const { address } = options.fleet;
  const promptId = idOf('a', job.index);
  const given = await submitPrompt(address, {
    prompt: promptOf(job.index),
    prompt_id: promptId,
    ...(listener === null ? {} : { client_id: listener.clientId }),
  });
  if (given !== promptId) job.problems.push(`it was given the id ${given}`);
  for (;;) {
    const entry = await untilEnd(options, listener, { promptId, parkings: job.parkings });
    const problems = await careForParked(options, promptId, entry);
    if (problems === null) {
      job.problems.push(...(await resultProblems(address, job.index, entry)));
      return;
    }
    job.problems.push(...problems);
    job.parkings += 1;
  }
};

const runClient = async (
  options: CrowdOptions,
  name: string,
  indexes: readonly number[],
): Promise<readonly JobSeen[]> => {
  // Every other client has a websocket; the rest only ask.
  const listener = name.endsWith('-listens') ? await listen(options.fleet.address, name) : null;
  const jobs = indexes.map((index): Underway => ({ index, client: name, problems: [], parkings: 0 }));
  const todo = [...jobs];
  const work = async (): Promise<void> => {
    for (let job = todo.shift(); job !== undefined; job = todo.shift()) {
      await runJob(options, listener, job).catch((error: unknown) => {
        job?.problems.push(String(error).slice(0, 400));
      });
      await wait(options.random() * 100);
    }
  };
  await Promise.all(Array.from({ length: underwayAtOnce }, work));
  // Only now is it known that nothing came twice.
  if (listener !== null)
    for (const { index, problems, parkings } of jobs)
      problems.push(...socketProblems(listener, idOf('a', index), parkings));
  await listener?.close();
  return jobs;
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
