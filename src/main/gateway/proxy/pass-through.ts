import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FleetCandidate } from '#core/jobs/fleet-view.ts';
import { callerOf } from '../access/caller.ts';
import { answerText, envelopeAnswer, hasBody } from '../access/raw-answer.ts';
import type { GatewayContext } from '../context.ts';
import { envelope } from '../error-envelope.ts';
import { type Exchange, pathWithoutPrefix, sendJson } from '../exchange.ts';
import { chooseOther, chooseUpstream, mayAskAnother } from './choose-upstream.ts';
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
): Promise<boolean> => {
  if (signal.aborted) return true;
  try {
    await proxy.web(request, response, endpoint);
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
): Promise<void> => {
  if (instance === null) {
    sendNobodyRuns(exchange);
    return;
  }
  if (await tryInstance(context, exchange, instance)) return;
  const other = isRepeatable(exchange) ? chooseOther(context, instance) : null;
  if (other !== null && (await tryInstance(context, exchange, other))) return;
  sendUnreachable(exchange, other ?? instance);
};

/** Hands a request on to home. */
export const passHome = (context: GatewayContext, exchange: Exchange): Promise<void> =>
  passTo(context, exchange, context.home.current());

/** Answers whatever the gateway has no answer of its own for: any method, any body. */
export const passOn = (context: GatewayContext, exchange: Exchange): Promise<void> => {
  const { path, caller, request } = exchange;
  return passTo(context, exchange, chooseUpstream(context, { path, caller, method: request.method ?? 'GET' }));
};

/** Hands on a websocket that is not the gateway's own. */
export const passUpgrade = (
  context: GatewayContext,
  [request, socket, head]: readonly [IncomingMessage, Duplex, Buffer],
): void => {
  const { pathname, searchParams } = new URL(`http://gateway${request.url ?? '/'}`);
  const path = pathWithoutPrefix(pathname);
  const instance = chooseUpstream(context, { path, method: 'UPGRADE', caller: callerOf(request, searchParams) });
  if (instance !== null) context.proxy.upgrade(request, socket, head, instance.endpoint);
  else socket.end(answerText(envelopeAnswer(503, ['instance_none_available', 'No instance is running and healthy.'])));
};
