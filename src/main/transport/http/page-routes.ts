import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { StudioError } from '#contract/errors.ts';
import { noticePage } from './notice-pages.ts';
import { wantsPage } from './request-facts.ts';
import { safePath } from './safe-path.ts';

/** Build output whose name carries the hash of its content: `assets/index-B3kD0f2a.js`. */
const hashedAsset = /^assets\/[^/]+-[\w-]{8,}\.\w+$/;

const cacheControlOf = (path: string): string =>
  hashedAsset.test(path) ? 'private, max-age=31536000, immutable' : 'no-cache';

/**
 * The built screens. Every address that a browser navigates to and that is no file shows index.html, since the routes of
 * the screens live in the page; a missing script or picture stays missing.
 */
export const addPageRoutes = async (app: FastifyInstance, rendererFolder: string | null): Promise<void> => {
  if (rendererFolder !== null) {
    await app.register(fastifyStatic, {
      serve: false,
      root: rendererFolder,
      suppressWarning: true,
      cacheControl: false,
      dotfiles: 'ignore',
      index: false,
    });
  }

  const hasFile = async (path: string): Promise<boolean> =>
    rendererFolder !== null && path !== '' && (await isFile(join(rendererFolder, path)));

  const sendIndex = async (reply: FastifyReply): Promise<FastifyReply> => {
    reply.header('cache-control', 'no-store');
    if (await hasFile('index.html')) return reply.sendFile('index.html');
    const page = noticePage('notBuilt', reply.request.headers['accept-language']);
    return reply.code(503).header('content-type', 'text/html; charset=utf-8').send(page);
  };

  app.route({
    method: ['GET', 'HEAD'],
    url: '/*',
    handler: async (request, reply) => {
      const path = decodeURIComponent(safePath(request.raw.url ?? ''));
      const isPage = path === '' || path === 'index.html' || (wantsPage(request.raw) && !(await hasFile(path)));
      if (isPage) return sendIndex(reply);
      if (rendererFolder === null) return reply.callNotFound();
      return reply.header('cache-control', cacheControlOf(path)).sendFile(path);
    },
  });
  app.setNotFoundHandler((request, reply) => {
    reply.header('cache-control', 'no-store');
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    throw new StudioError(isRead ? 'METHOD_UNKNOWN' : 'METHOD_NOT_ALLOWED', 'There is nothing here.');
  });
};

const isFile = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isFile();
  } catch {
    // Whatever the reason, there is no file to show.
    return false;
  }
};
