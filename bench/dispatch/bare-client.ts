import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { patchPrompt } from '#core/jobs/patched-prompt.ts';
import { idlePrompt } from './idle-work.ts';
import type { DispatchOptions } from './measure.ts';

const endSchema = z.object({ type: z.literal('executing'), data: z.object({ node: z.null(), prompt_id: z.string() }) });

/**
 * Gives one instance its next prompt without any studio: websocket open, history read at the end, next prompt sent. What is left of a gap
 * then is the instance's own, and the machine's.
 */
export const runBare = async (endpoint: string, count: number, options: DispatchOptions): Promise<void> => {
  const clientId = randomUUID();
  const socket = new WebSocket(`${endpoint.replace(/^http/u, 'ws')}/ws?clientId=${clientId}`, {
    perMessageDeflate: false,
  });
  const pool = new Pool(endpoint, { connections: 1 });
  const steps = options.mostSteps - options.fewestSteps + 1;
  const submit = async (index: number): Promise<void> => {
    const prompt = patchPrompt(idlePrompt(options.side), [
      { nodeId: '5', inputName: 'seed', value: index + 1 },
      { nodeId: '5', inputName: 'steps', value: options.fewestSteps + (index % steps) },
    ]);
    const body = JSON.stringify({ prompt, prompt_id: randomUUID(), client_id: clientId, extra_data: {} });
    const answer = await pool.request({ path: '/prompt', method: 'POST', body });
    if (answer.statusCode !== 200) throw new Error(`HTTP ${answer.statusCode} ${await answer.body.text()}`);
    await answer.body.dump();
  };
  const next = async (promptId: string, index: number): Promise<void> => {
    await (await pool.request({ path: `/history/${promptId}`, method: 'GET' })).body.json();
    await submit(index);
  };
  try {
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    let index = 0;
    const done = new Promise<void>((resolve, reject) => {
      socket.on('message', (data, isBinary) => {
        if (isBinary || !Buffer.isBuffer(data)) return;
        const end = endSchema.safeParse(JSON.parse(data.toString('utf8'))).data;
        if (end === undefined) return;
        index += 1;
        if (index >= count) resolve();
        else next(end.data.prompt_id, index).catch(reject);
      });
    });
    await submit(0);
    await done;
  } finally {
    socket.close();
    await pool.close();
  }
};
