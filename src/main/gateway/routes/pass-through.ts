import { answeringInstances, type GatewayContext } from '../context.ts';
import { envelope } from '../error-envelope.ts';
import { type Exchange, sendFile, sendJson } from '../exchange.ts';

/** What one instance can answer for all: what it is and what it has. */
const passed =
  /^\/(?:system_stats|features|embeddings|extensions|object_info(?:\/.+)?|models(?:\/.+)?|view_metadata\/.+)$/u;

export const isPassedThrough = (path: string): boolean => passed.test(path);

/** Asks the active instance, else a healthy one. */
export const passThrough = async (context: GatewayContext, exchange: Exchange): Promise<void> => {
  const [instance] = answeringInstances(context);
  if (instance === undefined) {
    sendJson(exchange, 503, envelope('instance_none_available', 'No instance is running and healthy.'));
    return;
  }
  const query = exchange.query.toString();
  const target = query === '' ? exchange.path : `${exchange.path}?${query}`;
  await sendFile(exchange, await context.reader.get(instance.endpoint, target, { signal: exchange.signal }));
};
