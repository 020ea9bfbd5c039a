import type { ComfyEndpoint } from '#core/ports/comfy-client.ts';
import { isObject } from '#core/shared/json-object.ts';
import type { GatewayContext } from '../context.ts';
import { type Exchange, readJson, sendJson } from '../exchange.ts';
import { passHome } from '../proxy/pass-through.ts';
import type { Route, RoutePattern } from '../routes.ts';
import { knowsEditorNodes } from './editor-nodes.ts';

const timeoutMs = 10_000;

/** POST /api/etn/workflow/(un)subscribe of an instance; fails when it does not answer in time. */
export const subscribeWorkflows = async (
  { baseUrl, authorization }: ComfyEndpoint,
  clientId: string,
  enabled: boolean,
): Promise<void> => {
  const answer = await fetch(`${baseUrl}/api/etn/workflow/${enabled ? 'subscribe' : 'unsubscribe'}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization === null ? {} : { authorization }) },
    body: JSON.stringify({ client_id: clientId }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  await answer.body?.cancel();
};

/** The nodes answer with the words of Python's KeyError, which quote. */
const refuse = (exchange: Exchange, reason: string): void => sendJson(exchange, 400, { error: `'${reason}'` });

/**
 * An instance tells its subscribers by the id of their websocket. Here it is the hub that has one, and it tells all clients that
 * subscribed.
 */
const subscription =
  (change: (hub: GatewayContext['hub'], clientId: string) => string | null): Route =>
  async (context, exchange) => {
    if (!knowsEditorNodes(context)) {
      await passHome(context, exchange);
      return;
    }
    const body = await readJson(exchange);
    const clientId = body.kind === 'json' && isObject(body.value) ? body.value['client_id'] : undefined;
    const reason = typeof clientId === 'string' ? change(context.hub, clientId) : 'client_id';
    if (reason === null) sendJson(exchange, 200, { status: 'success' });
    else refuse(exchange, reason);
  };

const subscribe = subscription((hub, clientId) => (hub.subscribeWorkflows(clientId) ? null : 'Already subscribed'));
const unsubscribe = subscription((hub, clientId) =>
  hub.unsubscribeWorkflows(clientId) ? null : `No subscriber found with id ${clientId}`,
);

/** Workflows that a page shares with image editors (field.md 5.1), all of them at home, where the hub hears of them. */
export const workflowRoutes: readonly RoutePattern[] = [
  { path: '/etn/workflow/subscribe', methods: { POST: subscribe } },
  { path: '/etn/workflow/unsubscribe', methods: { POST: unsubscribe } },
  { path: '/etn/workflow/publish', methods: { POST: passHome } },
];
