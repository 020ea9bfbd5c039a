import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, type GatewayWorld, openGatewayOver } from '../proxy/gateway-over.fixture.ts';

const token = 'a-token-that-nobody-guesses';
let world: GatewayWorld;

beforeEach(async () => {
  world = await openGatewayOver([], { accessToken: token });
  world.settings.current = { ...world.settings.current, gatewayMaxUploadBytes: 1000 };
});

afterEach(async () => {
  await world.close();
});

const own = { 'x-api-key': token };

/** Status and code; the whole body has the shape of the official API. */
const told = async (...question: Parameters<typeof ask> extends [unknown, ...infer Rest] ? Rest : never) => {
  const { status, headers, body } = await ask(world.gateway, ...question);
  const { error, ...rest } = JSON.parse(body.toString()) as { error: { code: string; message: string } };
  expect([rest, headers['content-type']]).toEqual([{}, 'application/json; charset=utf-8']);
  expect(error.message).not.toBe('');
  return [status, error.code, headers['retry-after']];
};

describe('what is refused before any route', () => {
  it('is told in the words of the official API', async () => {
    expect(await told('/api/v2/jobs/x')).toEqual([401, 'unauthorized', undefined]);
    expect(await told('/api/v2/jobs/x', { headers: { ...own, host: 'evil.example' } })).toEqual([
      403,
      'forbidden',
      undefined,
    ]);
    const page = { ...own, origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' };
    expect(await told('/api/v2/assets', { method: 'POST', headers: page, body: '{}' })).toEqual([
      403,
      'forbidden',
      undefined,
    ]);
    expect(await told('/api/v2/jobs', { method: 'POST', headers: own, body: 'x'.repeat(1001) })).toEqual([
      413,
      'payload_too_large',
      undefined,
    ]);
    for (let guess = 0; guess < 20; guess += 1)
      await ask(world.gateway, '/api/v2/jobs/x', { headers: { 'x-api-key': `wrong ${guess}` } });
    const [status, code, retryAfter] = await told('/api/v2/jobs/x', { headers: { 'x-api-key': 'wrong' } });
    expect([status, code]).toEqual([429, 'rate_limited']);
    expect(Number(retryAfter)).toBeGreaterThan(0);
  });

  it('is told to others in the words of ComfyUI', async () => {
    const answer = await ask(world.gateway, '/prompt');
    expect(JSON.parse(answer.body.toString())).toMatchObject({ error: { type: 'auth_required' }, node_errors: {} });
  });
});
