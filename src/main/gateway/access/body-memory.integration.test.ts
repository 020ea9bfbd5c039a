import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, type GatewayWorld, openGatewayOver } from '../proxy/gateway-over.fixture.ts';

let world: GatewayWorld;
const begun: ClientRequest[] = [];

afterEach(async () => {
  for (const one of begun.splice(0)) one.destroy();
  await world.close();
});

const megabytes = 1024 ** 2;
const blank = Buffer.alloc(30 * megabytes, ' ');

/** Sends nearly all of a large body; resolves when it is on its way, or answered. */
const beginLarge = (port: number, onAnswer: (answer: IncomingMessage) => void): Promise<void> => {
  const headers = { 'content-length': blank.byteLength + 1 };
  const sent = request({ host: '127.0.0.1', port, path: '/prompt', method: 'POST', headers, agent: false });
  sent.on('error', () => undefined);
  begun.push(sent);
  sent.once('response', onAnswer);
  return new Promise((resolve) => {
    sent.once('response', () => resolve());
    sent.write(blank, () => resolve());
  });
};

describe('large bodies at once', () => {
  it('are refused in the envelope where they fill the memory, with when to try again, and taken when there is room', async () => {
    world = await openGatewayOver([]);
    const { port } = world.gateway;
    const refused = Promise.withResolvers<IncomingMessage>();
    for (let index = 0; index < 7; index += 1) await beginLarge(port, refused.resolve);
    const answer = await refused.promise;
    expect(answer).toMatchObject({ statusCode: 429, headers: { 'retry-after': '2' } });
    const [text] = await once(answer, 'data');
    expect(JSON.parse(String(text))).toEqual({
      error: { type: 'call_too_many', message: 'Too many large bodies at once.', details: '', extra_info: {} },
      node_errors: {},
    });
    for (const one of begun.splice(0)) one.destroy();
    const body = Buffer.concat([blank, Buffer.from('3')]).toString();
    await expect
      .poll(async () => (await ask(world.gateway, '/prompt', { method: 'POST', body })).status, { timeout: 10_000 })
      .toBe(400);
  });
});
