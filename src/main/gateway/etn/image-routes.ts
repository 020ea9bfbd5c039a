import type { FleetCandidate } from '#core/jobs/fleet-view.ts';
import type { FileAnswer } from '#core/ports/comfy-client.ts';
import { limitedBody } from '../access/body-chunks.ts';
import { answeringInstances, type GatewayContext } from '../context.ts';
import { envelope } from '../error-envelope.ts';
import { type Exchange, sendFile, sendJson } from '../exchange.ts';
import { chooseUpstream } from '../proxy/choose-upstream.ts';
import { passHome } from '../proxy/pass-through.ts';
import type { Route } from '../routes.ts';
import { knowsEditorNodes } from './editor-nodes.ts';

/** PUT: kept until a prompt names it, and sent to the instance that gets the prompt. */
export const putImage: Route = async (context, exchange, { id = '' }) => {
  if (!knowsEditorNodes(context)) {
    await passHome(context, exchange);
    return;
  }
  const { request, bodies, signal } = exchange;
  const contentType = request.headers['content-type'] ?? 'application/octet-stream';
  await context.images.put(id, limitedBody(request, bodies.maxBytes()), { contentType, signal });
  sendJson(exchange, 200, { status: 'success' });
};

/** The producer first, then who has the caller's latest job, then whoever answers. */
const holders = (context: GatewayContext, { caller }: Exchange, id: string): readonly FleetCandidate[] => {
  const answering = answeringInstances(context);
  const producer = context.produced.instanceOf(id);
  const latest = chooseUpstream(context, { path: '/etn-image', method: 'GET', caller })?.instanceId;
  const rank = ({ instanceId }: FleetCandidate): number =>
    instanceId === producer ? 0 : instanceId === latest ? 1 : 2;
  return answering.toSorted((a, b) => rank(a) - rank(b));
};

const letGo = async ({ body }: FileAnswer): Promise<void> => {
  await body[Symbol.asyncIterator]().return?.();
};

/** The answer of an instance that has the image; null where it has not, or does not answer. */
const askInstance = async (
  { reader, logger }: GatewayContext,
  { signal }: Exchange,
  [{ instanceId, endpoint }, id]: readonly [FleetCandidate, string],
): Promise<FileAnswer | null> => {
  try {
    const answer = await reader.get(endpoint, `/api/etn/image/${encodeURIComponent(id)}`, { signal });
    if (answer.status === 200) return answer;
    await letGo(answer);
  } catch (error) {
    if (signal.aborted) throw error;
    logger.debug('An instance could not be asked for an image.', { instanceId, error: String(error) });
  }
  return null;
};

/** What was copied here when it was produced, or what a client put itself; a produced one comes first, since it is newer. */
const sendOwn = async (
  { images, inputs, produced }: GatewayContext,
  exchange: Exchange,
  id: string,
): Promise<boolean> => {
  const uploadId = (produced.instanceOf(id) === null ? images : produced).find(id)?.uploadId;
  if (uploadId === undefined || !inputs.has(uploadId)) return false;
  const { body, contentType, sizeBytes } = await inputs.open(uploadId);
  const headers = { 'content-type': contentType, 'content-length': String(sizeBytes) };
  await sendFile(exchange, { status: 200, headers, body });
  return true;
};

/** GET: from the copy that outlives its instance, or streamed from the instance that holds it in its memory. */
export const getImage: Route = async (context, exchange, { id = '' }) => {
  if (await sendOwn(context, exchange, id)) return;
  for (const instance of holders(context, exchange, id)) {
    const answer = await askInstance(context, exchange, [instance, id]);
    if (answer === null) continue;
    await sendFile(exchange, answer);
    return;
  }
  sendJson(exchange, 404, envelope('image_not_found', 'No instance holds this image.', id));
};
