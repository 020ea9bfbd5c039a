import { describe, expect, it } from 'vitest';
import type { ViewerBounds } from '#contract/models/viewer.ts';
import type { PageHeaders } from '#core/viewer/framing.ts';
import type { HostActions } from './studio.ts';
import { capabilitiesFor, createViewerParts } from './viewer-parts.ts';

const bounds: ViewerBounds = { x: 1, y: 2, width: 3, height: 4 };
const signal = new AbortController().signal;
const browser = { signal, access: 'admin' } as const;
const shell = { ...browser, isShell: true } as const;

const open = (headers: PageHeaders | null = { status: 200, xFrameOptions: null, contentSecurityPolicy: null }) => {
  const did: unknown[] = [];
  const host: HostActions = {
    capabilities: ['open-external', 'embedded-view', 'notify'],
    view: {
      show: (page, at) => did.push(['show', page, at]),
      reload: () => did.push('reload'),
      hide: () => did.push('hide'),
    },
    notify: async ({ title }) => {
      did.push(['notify', title]);
      return true;
    },
  };
  const asked: string[] = [];
  const { handlers, frames } = createViewerParts({
    endpointOf: (instanceId) => (instanceId === 'one' ? 'http://127.0.0.1:8189' : null),
    probe: {
      look: async (address) => {
        asked.push(address);
        return headers;
      },
    },
    host,
    gatewayAddress: () => 'http://127.0.0.1:8187',
    isolated: false,
  });
  return { did, host, asked, handlers, frames };
};

describe('a page of ComfyUI', () => {
  const origin = 'http://127.0.0.1:8001';

  it('is framed in a browser, under the name by which the studio was reached', async () => {
    const { handlers, frames, asked } = open();
    expect(await handlers['viewer.look']({ target: 'one', origin }, browser)).toEqual({
      way: 'framed',
      address: 'http://127.0.0.1:8189/',
      framePath: '/frames/one',
      rule: null,
      isolated: false,
    });
    expect(asked).toEqual(['http://127.0.0.1:8189']);
    expect(frames('one', '127.0.0.1')).toBe('http://127.0.0.1:8189/');
    expect(frames('gateway', '127.0.0.1')).toBe('http://127.0.0.1:8187/');
    expect(frames('other', '127.0.0.1')).toBeNull();
  });

  it.each([
    ['refused', { status: 200, xFrameOptions: 'DENY', contentSecurityPolicy: null }, origin],
    ['unreachable', null, origin],
    ['elsewhere', null, 'http://workstation.lan:8001'],
    ['no-frames', { status: 200, xFrameOptions: null, contentSecurityPolicy: null }, 'atelier://app'],
  ] as const)('is %s with %j for %s', async (way, headers, from) => {
    const sight = await open(headers).handlers['viewer.look']({ target: 'one', origin: from }, browser);
    expect(sight).toMatchObject({ way, framePath: null });
  });

  it('is none for an instance that does not exist', async () => {
    await expect(open().handlers['viewer.look']({ target: 'two', origin }, browser)).rejects.toMatchObject({
      code: 'INSTANCE_NOT_FOUND',
    });
  });
});

describe('what shows in the desktop window', () => {
  it('is for that window alone', async () => {
    const { handlers, host, did } = open();
    expect(capabilitiesFor(host, true)).toContain('embedded-view');
    expect(capabilitiesFor(host, false)).toEqual(['open-external']);
    expect(() => handlers['viewer.show']({ target: 'one', bounds }, browser)).toThrow(
      expect.objectContaining({ code: 'HOST_UNSUPPORTED' }),
    );
    await expect(handlers['desktop.notify']({ title: 'x', body: '' }, browser)).rejects.toMatchObject({
      code: 'HOST_UNSUPPORTED',
    });
    expect(did).toEqual([]);
  });

  it('is shown, loaded again, hidden and told', async () => {
    const { handlers, did } = open();
    await handlers['viewer.show']({ target: 'one', bounds }, shell);
    await handlers['viewer.reload']({}, shell);
    await handlers['viewer.hide']({}, shell);
    expect(await handlers['desktop.notify']({ title: 'done', body: '' }, shell)).toEqual({ clicked: true });
    expect(did).toEqual([
      ['show', { key: 'one', address: 'http://127.0.0.1:8189' }, bounds],
      'reload',
      'hide',
      ['notify', 'done'],
    ]);
  });
});
