import { describe, expect, it } from 'vitest';
import { laneOf } from './lanes.ts';

const settings = { gatewaySerialClients: ['Krita', 'my-tool'] };
const browser = { key: '127.0.0.1 Mozilla/5.0' };
const graph = (classType: string) => ({ '1': { class_type: classType } });

describe('laneOf', () => {
  const cases: readonly [what: string, request: Parameters<typeof laneOf>[0], lane: string | null][] = [
    ['a client that is not listed', { caller: browser, clientId: 'a', settings }, null],
    ['a part of the User-Agent', { caller: { key: '::1 krita-plugin/2' }, clientId: 'a', settings }, 'a'],
    ['a part of the client id', { caller: browser, clientId: 'MY-TOOL-7', settings }, 'MY-TOOL-7'],
    ['no client id', { caller: { key: '::1 my-tool/1' }, clientId: null, settings }, '::1 my-tool/1'],
    ['an empty client id', { caller: { key: '::1 my-tool/1' }, clientId: '', settings }, '::1 my-tool/1'],
    ['an address that only looks like one', { caller: { key: 'my-tool curl' }, clientId: 'a', settings }, null],
    ['a graph of Krita', { caller: browser, clientId: 'a', settings, prompt: graph('ETN_SaveImageCache') }, 'a'],
    ['a kit', { caller: browser, clientId: 'a', settings, kit: 'my-tool' }, 'a'],
    ['another kit', { caller: browser, clientId: 'a', settings, kit: 'comfyui-sdk' }, null],
    ['another graph', { caller: browser, clientId: 'a', settings, prompt: graph('SaveImage') }, null],
    [
      'a graph of Krita where Krita is not listed',
      { caller: browser, clientId: 'a', settings: { gatewaySerialClients: [] }, prompt: graph('ETN_SaveImageCache') },
      null,
    ],
    [
      'a listed name that an object has anyhow',
      { caller: browser, clientId: 'a', settings: { gatewaySerialClients: ['constructor'] }, prompt: graph('x') },
      null,
    ],
  ];
  it.each(cases)('%s', (_what, request, lane) => expect(laneOf(request)).toBe(lane));
});
