import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FleetCandidate } from '#core/jobs/fleet-view.ts';
import { answerSocket } from '../access/answer-socket.ts';
import { callerOf } from '../access/caller.ts';
import { envelopeAnswer, hasBody, sendAnswer } from '../access/raw-answer.ts';
import type { GatewayContext } from '../context.ts';
import { envelope } from '../error-envelope.ts';
import { type Exchange, pathWithoutPrefix, sendJson } from '../exchange.ts';
import { isAssetTarget, sendNoAssets } from './assets.ts';
import { chooseOther, chooseUpstream, mayAskAnother } from './choose-upstream.ts';
import { isPackFile } from './extension-packs.ts';
import { isAlive } from './home-instance.ts';
import { bodyOfInstance, readNamingBody, targetOfInstance } from './marked-files.ts';
import { sendNobodyRuns } from './nobody-runs.ts';

/** It changes nothing and has nothing that could be sent only once. */
const isRepeatable = ({ request, path }: Exchange): boolean =>
  mayAskAnother(path, request.method ?? '') && !hasBody(request);

const sendUnreachable = (exchange: Exchange, { instanceId }: FleetCandidate): void =>
  sendJson(exchange, 502, envelope('instance_unreachable', 'The instance does not answer.', instanceId));

/** False where the instance could not be had and nothing of an answer was sent. Nothing is asked for a client that has gone. */
const tryInstance = async (
  { proxy, logger }: GatewayContext,
  { request, response, path, signal }: Exchange,
  { instanceId, endpoint }: FleetCandidate,
  body?: Buffer,
): Promise<boolean> => {
  if (signal.aborted) return true;
  try {
    await proxy.web(request, response, endpoint, body);
    return true;
  } catch (error) {
    if (signal.aborted) return true;
    logger.debug('A request could not be handed on.', { instanceId, path, error: String(error) });
    if (!response.headersSent) return false;
    response.destroy();
    return true;
  }
};

/** Hands a request on to one instance, or to another one where that does not answer and asking twice does no harm. */
export const passTo = async (
  context: GatewayContext,
  exchange: Exchange,
  instance: FleetCandidate | null,
  body?: Buffer,
): Promise<void> => {
  if (instance === null) {
    sendNobodyRuns(exchange);
    return;
  }
  if (await tryInstance(context, exchange, instance, body)) return;
  const other = isRepeatable(exchange) ? chooseOther(context, instance) : null;
  if (other !== null && (await tryInstance(context, exchange, other))) return;
  sendUnreachable(exchange, other ?? instance);
};

/** Hands a request on to home. */
export const passHome = (context: GatewayContext, exchange: Exchange): Promise<void> =>
  passTo(context, exchange, context.home.current());

const notRunning = ({ instanceId }: FleetCandidate) =>
  envelopeAnswer(503, ['instance_not_running', 'The instance that has the file is not running.', instanceId], {
    'retry-after': '5',
  });

/** Hands a request on to the instance that has the file it is about: no other one could answer. */
const passToOwner = async (
  context: GatewayContext,
  exchange: Exchange,
  [instance, body]: readonly [FleetCandidate, Buffer?],
): Promise<void> => {
  if (!isAlive(instance)) sendAnswer(exchange.request, exchange.response, notRunning(instance));
  else if (!(await tryInstance(context, exchange, instance, body))) sendUnreachable(exchange, instance);
};

/** Answers whatever the gateway has no answer of its own for: any method, any body. */
export const passOn = async (context: GatewayContext, exchange: Exchange): Promise<void> => {
  const { path, caller, request } = exchange;
  const method = request.method ?? 'GET';
  if (isAssetTarget(request.url ?? '/')) {
    sendNoAssets(exchange);
    return;
  }
  const named = targetOfInstance(context.fleet, request.url ?? '/');
  if (named !== null) {
    request.url = named.content;
    await passToOwner(context, exchange, [named.instance]);
    return;
  }
  const body = await readNamingBody(exchange);
  const asked = body === null ? null : bodyOfInstance(context.fleet, body);
  if (asked !== null) {
    await passToOwner(context, exchange, [asked.instance, asked.content]);
    return;
  }
  const instance = isPackFile(path, method)
    ? await context.facts.extensions.owner(path)
    : chooseUpstream(context, { path, caller, method });
  await passTo(context, exchange, instance, body ?? undefined);
};

/** Hands on a websocket that is not the gateway's own. */
export const passUpgrade = (
  context: GatewayContext,
  [request, socket, head]: readonly [IncomingMessage, Duplex, Buffer],
): void => {
  const target = request.url ?? '/';
  const { pathname, searchParams } = new URL(`http://gateway${target}`);
  const path = pathWithoutPrefix(pathname);
  const named = targetOfInstance(context.fleet, target);
  if (named !== null) request.url = named.content;
  const caller = callerOf(request, searchParams);
  const instance = named?.instance ?? chooseUpstream(context, { path, method: 'UPGRADE', caller });
  if (instance === null)
    answerSocket(socket, envelopeAnswer(503, ['instance_none_available', 'No instance is running and healthy.']));
  else if (isAlive(instance)) context.proxy.upgrade(request, socket, head, instance.endpoint);
  else answerSocket(socket, notRunning(instance));
};
