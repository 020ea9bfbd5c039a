import type { GatewayContext } from '../context.ts';
import { refusal } from '../error-envelope.ts';
import { type Exchange, readJson, sendJson } from '../exchange.ts';
import type { RoutePattern } from '../routes.ts';

/** A full queue is worth another try when the next job may have ended. */
const retryAfterSeconds = '2';

/** Where a request says it comes from, which ComfyUI passes on to API nodes (comfyui-protocol.md 4.1). */
const withUsageSource = (body: unknown, source: string | readonly string[] | undefined): unknown => {
  if (typeof source !== 'string' || typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const extraData: unknown = 'extra_data' in body ? body.extra_data : {};
  if (typeof extraData !== 'object' || extraData === null || 'comfy_usage_source' in extraData) return body;
  return { ...body, extra_data: { ...extraData, comfy_usage_source: source } };
};

/** POST /prompt: answered as soon as the prompt is on disk, or refused as ComfyUI would. */
export const postPrompt = async ({ door }: GatewayContext, exchange: Exchange): Promise<void> => {
  const read = await readJson(exchange);
  if (read.kind !== 'json') {
    const { status, body } = refusal('invalid_json', 'The body is no JSON.');
    sendJson(exchange, status, body);
    return;
  }
  const { request, caller, response } = exchange;
  const sent = withUsageSource(read.value, request.headers['comfy-usage-source']);
  const { status, body } = await door.submit({ body: sent, caller });
  if (status === 429 || status === 503) response.setHeader('retry-after', retryAfterSeconds);
  sendJson(exchange, status, body);
};

/** GET /prompt. */
export const getPrompt = ({ jobs }: GatewayContext, exchange: Exchange): void => {
  sendJson(exchange, 200, { exec_info: { queue_remaining: jobs.remaining() } });
};

export const promptRoutes: readonly RoutePattern[] = [
  { path: '/prompt', methods: { GET: getPrompt, POST: postPrompt } },
];
