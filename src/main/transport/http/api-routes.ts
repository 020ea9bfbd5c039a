import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isCallName } from '#contract/calls/index.ts';
import { StudioError } from '#contract/errors.ts';
import { inputMaxBytes } from '#contract/wire.ts';
import { wireConstants } from '#contract/wire-constants.ts';
import type { Dispatcher } from '../dispatcher.ts';
import { sendError, sendJson } from './errors.ts';

interface CallRoute {
  Params: { area: string; verb: string };
}

/** Calls whose input may be larger than the common limit have a route of their own, since the limit is the route's. */
const largeCalls = ['workflows.inspect'] as const;

/** The plain HTTP form of the calls: `POST /api/<area>/<verb>` with the input as JSON (an empty body is `{}`). */
export const addApiRoutes = (app: FastifyInstance, dispatcher: Dispatcher): void => {
  app.removeAllContentTypeParsers();
  // Whatever the content type says: `curl -d` calls JSON a form. Foreign pages are kept out by the guard, not by this.
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    try {
      const text = typeof body === 'string' ? body : body.toString('utf8');
      done(null, text.trim() === '' ? {} : JSON.parse(text));
    } catch (error) {
      done(new StudioError('INPUT_INVALID', 'The body is not JSON.', { cause: error }));
    }
  });

  const answer = async (method: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const outcome = await dispatcher.dispatch(method, request.body ?? {}, {
      signal: abortedByClose(reply),
      access: 'admin',
    });
    return outcome.ok ? sendJson(reply, outcome.value) : sendError(reply, outcome.error);
  };

  for (const method of largeCalls) {
    const url = `${wireConstants.callPathPrefix}${method.replace('.', '/')}`;
    app.post(url, { bodyLimit: inputMaxBytes(method) }, (request, reply) => answer(method, request, reply));
  }
  app.post<CallRoute>(
    `${wireConstants.callPathPrefix}:area/:verb`,
    { bodyLimit: inputMaxBytes('') },
    (request, reply) => answer(`${request.params.area}.${request.params.verb}`, request, reply),
  );
  app.all(`${wireConstants.callPathPrefix}*`, (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const isCall = isCallName(path.slice(wireConstants.callPathPrefix.length).replace('/', '.'));
    if (isCall) throw new StudioError('METHOD_NOT_ALLOWED', 'A call is made with POST.');
    if (path === wireConstants.webSocketPath) {
      reply.header('upgrade', 'websocket');
      throw new StudioError('METHOD_NOT_ALLOWED', 'This address answers websockets only.');
    }
    throw new StudioError('METHOD_UNKNOWN');
  });
};

/** Aborts when the caller goes away before it has its answer. */
export const abortedByClose = (reply: FastifyReply): AbortSignal => {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new StudioError('CONNECTION_LOST'));
  });
  return controller.signal;
};
