import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { createBodyMemory, readJsonBody } from './json-body.ts';

const megabyte = 1024 ** 2;
/** Room for two bodies of three megabytes, the first of which needs no room. */
const memory = createBodyMemory(undefined, 4.5 * megabyte);
const body = JSON.stringify('x'.repeat(3 * megabyte - 2));

let server: Server;
let address: string;
/** Requests whose bodies were read and are worked with. */
let working: (() => void)[];

beforeEach(async () => {
  working = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const limits = memory.ofRequest();
    try {
      const { kind } = await readJsonBody(request, limits);
      await new Promise<void>((resolve) => working.push(resolve));
      response.end(kind);
    } catch (error) {
      request.resume();
      response.statusCode = error instanceof StudioError && error.code === 'CALL_TOO_MANY' ? 429 : 500;
      response.end();
    } finally {
      limits.end();
    }
  };
  server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  address = `http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`;
});

afterEach(async () => {
  for (const finish of working) finish();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const send = (signal?: AbortSignal): Promise<Response> =>
  fetch(address, { method: 'POST', body, ...(signal === undefined ? {} : { signal }) });

it('a body counts until nobody works with it any more, not only until it is read', async () => {
  const first = [send(), send()];
  await expect.poll(() => working.length).toBe(2);
  expect((await send()).status).toBe(429);
  for (const finish of working.splice(0)) finish();
  for (const answer of await Promise.all(first)) expect(await answer.text()).toBe('json');
  const later = send();
  await expect.poll(() => working.length).toBe(1);
  for (const finish of working.splice(0)) finish();
  expect((await later).status).toBe(200);
});

it('a client that leaves does not make room for another one while its prompt is worked on', async () => {
  const leaving = new AbortController();
  const left = [send(leaving.signal), send(leaving.signal)].map((sent) => sent.catch(() => 'gone'));
  await expect.poll(() => working.length).toBe(2);
  leaving.abort();
  expect(await Promise.all(left)).toEqual(['gone', 'gone']);
  expect((await send()).status).toBe(429);
});

it('what was refused takes no room', async () => {
  const held = [send(), send()];
  await expect.poll(() => working.length).toBe(2);
  for (let index = 0; index < 5; index += 1) expect((await send()).status).toBe(429);
  for (const finish of working.splice(0)) finish();
  await Promise.all(held);
  const again = [send(), send()];
  await expect.poll(() => working.length).toBe(2);
  for (const finish of working.splice(0)) finish();
  for (const answer of await Promise.all(again)) expect(answer.status).toBe(200);
});
