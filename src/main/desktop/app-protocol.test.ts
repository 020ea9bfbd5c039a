import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ContentRequest } from '#contract/handlers.ts';
import { createAppProtocol } from './app-protocol.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atelier-pages-'));
  await mkdir(join(folder, 'renderer', 'assets'), { recursive: true });
  await writeFile(join(folder, 'renderer', 'index.html'), '<p>studio</p>');
  await writeFile(join(folder, 'renderer', 'assets', 'main.js'), 'export {}');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await symlink(join(folder, 'secret.txt'), join(folder, 'renderer', 'link.txt'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const protocol = (seen: ContentRequest[] = []) =>
  createAppProtocol(join(folder, 'renderer'), () => async (request) => {
    seen.push(request);
    return { status: 206, headers: { 'content-type': 'text/html' }, body: new TextEncoder().encode('page') };
  });

describe('atelier://app', () => {
  it('serves the pages with the security headers, and the program for every page path', async () => {
    for (const path of ['/', '/run', '/jobs/1']) {
      const answer = await protocol()(new Request(`atelier://app${path}`));
      expect(await answer.text()).toBe('<p>studio</p>');
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    }
    const script = await protocol()(new Request('atelier://app/assets/main.js'));
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  });

  it.each(['/link.txt', '/..%2fsecret.txt', '/%2e%2e/secret.txt', '/missing.js', '/%', '/a%00.js'])(
    'finds nothing at %s',
    async (path) => {
      const answer = await protocol()(new Request(`atelier://app${path}`));
      expect(answer.status).toBe(404);
      expect(await answer.text()).not.toContain('secret');
    },
  );

  it('answers other hosts with nothing', async () => {
    expect((await protocol()(new Request('atelier://evil/'))).status).toBe(404);
  });

  it('passes content on, and a page among the outputs gets no scripts and no origin', async () => {
    const seen: ContentRequest[] = [];
    const answer = await protocol(seen)(
      new Request('atelier://app/content/outputs/a%2Fb/0?x=1', { headers: { range: 'bytes=0-1' } }),
    );
    expect(seen[0]).toMatchObject({
      method: 'GET',
      path: 'outputs/a%2Fb/0',
      query: { x: '1' },
      headers: { range: 'bytes=0-1' },
    });
    expect(answer.status).toBe(206);
    expect(await answer.text()).toBe('page');
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
  });

  it.each([204, 304])('passes an answer %i on without a body', async (status) => {
    const answer = await createAppProtocol(folder, () => async () => ({ status, headers: {}, body: '' }))(
      new Request('atelier://app/content/outputs/a/0'),
    );
    expect(answer.status).toBe(status);
    expect(answer.body).toBeNull();
  });
});
