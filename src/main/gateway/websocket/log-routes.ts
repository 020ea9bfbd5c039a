import type { ComfyEndpoint } from '#core/ports/comfy-client.ts';
import { isObject } from '#core/shared/json-object.ts';
import type { GatewayContext } from '../context.ts';
import { envelope } from '../error-envelope.ts';
import { type Exchange, readJson, sendEmpty, sendJson } from '../exchange.ts';
import type { RoutePattern } from '../routes.ts';

const timeoutMs = 10_000;

/** PATCH /internal/logs/subscribe of an instance; fails when it does not answer in time. */
export const subscribeLogs = async (endpoint: ComfyEndpoint, clientId: string, enabled: boolean): Promise<void> => {
  const { baseUrl, authorization } = endpoint;
  const answer = await fetch(`${baseUrl}/internal/logs/subscribe`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json', ...(authorization === null ? {} : { authorization }) },
    body: JSON.stringify({ clientId, enabled }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  await answer.body?.cancel();
};

/** PATCH /internal/logs/subscribe: the hub hears the log of the home instance for all clients that want it. */
const patchSubscription = async ({ hub, kits }: GatewayContext, exchange: Exchange): Promise<void> => {
  const body = await readJson(exchange);
  const asked = body.kind === 'json' && isObject(body.value) ? body.value : {};
  const { clientId, enabled } = asked;
  if (typeof clientId !== 'string' || enabled === undefined) {
    sendJson(exchange, 400, envelope('invalid_request', 'clientId and enabled are needed.'));
    return;
  }
  kits.askedForLog(clientId, exchange.request.headers);
  hub.subscribeLogs(clientId, Boolean(enabled));
  sendEmpty(exchange);
};

export const logRoutes: readonly RoutePattern[] = [
  { path: '/internal/logs/subscribe', methods: { PATCH: patchSubscription } },
];
