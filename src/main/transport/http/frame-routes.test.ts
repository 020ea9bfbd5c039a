import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { securityHeaders } from '../content-security-policy.ts';
import { addFrameRoutes } from './frame-routes.ts';

const open = (isolated = false) => {
  const app = fastify();
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(securityHeaders);
  });
  addFrameRoutes(app, (target, hostName) => (target === 'one' ? `http://${hostName}:8189/?a="<b>` : null), isolated);
  return app;
};

describe('the page that frames ComfyUI', () => {
  it('frames the address of its target, and nothing else may be framed or may frame it', async () => {
    const answer = await open().inject({ url: '/frames/one', headers: { host: '127.0.0.1:8001' } });
    expect(answer.body).toContain('src="http://127.0.0.1:8189/?a=&#34;&#60;b&#62;"');
    expect(answer.headers['content-security-policy']).toContain('frame-src http://127.0.0.1:8189;');
    expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'self'");
    expect(answer.headers['x-frame-options']).toBe('SAMEORIGIN');
    expect(answer.body).not.toContain('<script');
    // Without this token a framed page could bring the whole window elsewhere.
    expect(answer.body).not.toContain('allow-top-navigation');
  });

  it('follows the name by which the browser came', async () => {
    const answer = await open().inject({ url: '/frames/one', headers: { host: 'localhost:8001' } });
    expect(answer.body).toContain('src="http://localhost:8189/');
  });

  it('keeps cookies out where the studio has one', async () => {
    const asked = { url: '/frames/one', headers: { host: 'localhost:8001' } };
    expect((await open(true).inject(asked)).body).toContain('referrerpolicy="no-referrer" credentialless>');
    expect((await open(false).inject(asked)).body).not.toContain('credentialless');
  });

  it('does not exist for a target that nobody knows', async () => {
    const answer = await open().inject({ url: '/frames/two', headers: { host: 'localhost' } });
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.headers['content-security-policy']).toBe(securityHeaders['content-security-policy']);
  });
});
