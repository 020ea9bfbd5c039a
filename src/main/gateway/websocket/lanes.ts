import type { Settings } from '#contract/models/settings.ts';
import type { Caller } from '../access/caller.ts';

export interface LaneRequest {
  readonly caller: Pick<Caller, 'key'>;
  /** As the prompt itself gives it, or the address. */
  readonly clientId: string | null;
  readonly settings: Pick<Settings, 'gatewaySerialClients'>;
  /** The program by which the client speaks, where it showed. */
  readonly kit?: string | null;
  /** The graph that is submitted, where it is known: it tells of clients whose requests bear no name. */
  readonly prompt?: Readonly<Record<string, { readonly class_type: string }>>;
}

/**
 * Classes that only the graphs of a client have. Krita's plugin says "Mozilla/5.0" and draws its client ids, but each of its graphs sends
 * its result by one of these (field.md 5.1).
 */
const signs: Readonly<Record<string, ReadonlySet<string>>> = {
  krita: new Set(['ETN_SaveImageCache', 'ETN_LoadImageCache', 'ETN_SendImageWebSocket', 'ETN_LoadImageBase64']),
};

/** What a request calls its program: a key is a network address, a blank, and that. */
const agentOf = ({ key }: Pick<Caller, 'key'>): string => key.slice(key.indexOf(' ') + 1);

const hasSign = (name: string, { prompt }: LaneRequest): boolean => {
  const classes = Object.hasOwn(signs, name) ? signs[name] : undefined;
  if (classes === undefined || prompt === undefined) return false;
  return Object.values(prompt).some(({ class_type: classType }) => classes.has(classType));
};

/**
 * The lane in which a client's jobs run one after the other, on any instance; null for clients that take several results at once.
 * Matched is a part of the User-Agent or of the client id, in any case (settings.gatewaySerialClients).
 */
export const laneOf = (request: LaneRequest): string | null => {
  const { caller, clientId, settings } = request;
  const given = clientId === null || clientId === '' ? null : clientId;
  const names = [agentOf(caller), given ?? '', request.kit ?? ''].join('\n').toLowerCase();
  const isSerial = settings.gatewaySerialClients.some((part) => {
    const name = part.toLowerCase();
    return names.includes(name) || hasSign(name, request);
  });
  return isSerial ? (given ?? caller.key) : null;
};
