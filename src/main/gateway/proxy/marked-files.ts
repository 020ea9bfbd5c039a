import type { FleetCandidate } from '#core/jobs/fleet-view.ts';
import { bodyChunks } from '../access/body-chunks.ts';
import { hasBody } from '../access/raw-answer.ts';
import type { GatewayContext } from '../context.ts';
import type { Exchange } from '../exchange.ts';
import { isForHome } from './choose-upstream.ts';
import { type Unmarked, unmarkBody, unmarkTarget } from './marked-request.ts';

type Fleet = Pick<GatewayContext['fleet'], 'candidates'>;

/** The instance that has the file which a request names, and the part of the request that names it as that instance knows it. */
export interface OfInstance<T> {
  readonly instance: FleetCandidate;
  readonly content: T;
}

/** An instance that is not in the fleet has no files that anybody could show. */
const ofInstance = <T>(fleet: Fleet, unmarked: Unmarked<T> | null): OfInstance<T> | null => {
  if (unmarked === null) return null;
  const instance = fleet.candidates().find(({ instanceId }) => instanceId === unmarked.instanceId);
  return instance === undefined ? null : { instance, content: unmarked.content };
};

/** The instance whose file an address names; null where it names none. */
export const targetOfInstance = (fleet: Fleet, target: string): OfInstance<string> | null =>
  ofInstance(fleet, unmarkTarget(target));

/** The instance whose file a body names; null where it names none. */
export const bodyOfInstance = (fleet: Fleet, body: Buffer): OfInstance<Buffer> | null => {
  const text = body.toString('utf8');
  // Other encodings would not survive.
  if (!Buffer.from(text).equals(body)) return null;
  const found = ofInstance(fleet, unmarkBody(text));
  return found === null ? null : { instance: found.instance, content: Buffer.from(found.content) };
};

/** What names one file is short; anything larger passes as it comes. */
const maxBodyBytes = 64 * 1024;

/** Pages call their JSON `text/plain` where they do not say what it is. */
const isJsonType = (type: string): boolean => type === '' || /\bjson\b|^text\/plain\b/iu.test(type);

const mayNameFile = ({ request, path }: Exchange): boolean => {
  const { 'content-type': type = '', 'content-encoding': encoding, 'content-length': length } = request.headers;
  if (!hasBody(request) || isForHome(path, request.method ?? '')) return false;
  return encoding === undefined && length !== undefined && Number(length) <= maxBodyBytes && isJsonType(type);
};

/** The body of a custom node's route where it may name a file; null for every other one, which is left as it comes. */
export const readNamingBody = async (exchange: Exchange): Promise<Buffer | null> => {
  if (!mayNameFile(exchange)) return null;
  const chunks: Buffer[] = [];
  for await (const chunk of bodyChunks(exchange.request)) chunks.push(chunk);
  return Buffer.concat(chunks);
};
