import { setTimeout as wait } from 'node:timers/promises';
import { Pool } from 'undici';
import { createRandomStream } from '#sandbox/nodes/painting/random.ts';
import { listen } from '../../../test/gateway/plain-client.ts';

export interface JobLoad {
  readonly address: string;
  readonly clients: number;
  /** Of each client. */
  readonly jobs: number;
  /** Between two jobs of a client, on the average. */
  readonly pauseMs: number;
  readonly seed: number;
}

export interface JobResult {
  /** From the start of POST /prompt to the answer of /history that has the job. */
  readonly visibleMs: readonly number[];
  /** From the start of POST /prompt to its answer. */
  readonly acceptedMs: readonly number[];
}

/** The smallest job there is: one picture of 16 × 16, whose colour nobody had before, into the folder for previews. */
const tinyPrompt = (color: number) => ({
  '1': { class_type: 'EmptyImage', inputs: { width: 16, height: 16, batch_size: 1, color } },
  '2': { class_type: 'PreviewImage', inputs: { images: ['1', 0] } },
});

const highestColor = 0xffffff;
const pollEveryMs = 1;

/** Clients that submit, hear of the end over their websocket, and read the history at once. */
export const submitJobs = async ({ address, clients, jobs, pauseMs, seed }: JobLoad): Promise<JobResult> => {
  const random = createRandomStream(seed);
  const pool = new Pool(address, { connections: clients });
  const visibleMs: number[] = [];
  const acceptedMs: number[] = [];
  const isVisible = async (promptId: string): Promise<boolean> => {
    const { body } = await pool.request({ method: 'GET', path: `/history/${promptId}` });
    return Object.hasOwn((await body.json()) as object, promptId);
  };
  const runClient = async (client: number): Promise<void> => {
    const name = `bench-${seed}-${client}`;
    const listener = await listen(address, name);
    const ended = new Map<string, () => void>();
    listener.onMessage(({ type, data }) => {
      if (type === 'executing' && data['node'] === null) ended.get(String(data['prompt_id']))?.();
    });
    for (let job = 0; job < jobs; job += 1) {
      await wait(pauseMs * 2 * random());
      const promptId = crypto.randomUUID();
      const end = new Promise<void>((resolve) => {
        ended.set(promptId, resolve);
      });
      const startedAt = performance.now();
      const { statusCode, body } = await pool.request({
        method: 'POST',
        path: '/prompt',
        body: JSON.stringify({
          prompt: tinyPrompt(Math.floor(random() * highestColor)),
          client_id: name,
          prompt_id: promptId,
        }),
      });
      await body.dump();
      if (statusCode !== 200) throw new Error(`POST /prompt: HTTP ${statusCode}`);
      acceptedMs.push(performance.now() - startedAt);
      await end;
      ended.delete(promptId);
      while (!(await isVisible(promptId))) await wait(pollEveryMs);
      visibleMs.push(performance.now() - startedAt);
    }
    await listener.close();
  };
  await Promise.all(Array.from({ length: clients }, (_, client) => runClient(client)));
  await pool.close();
  return { visibleMs, acceptedMs };
};
