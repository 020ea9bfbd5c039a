import { StudioError } from '#contract/errors.ts';
import type { GatewayContext } from '../context.ts';
import { envelope } from '../error-envelope.ts';
import { type Exchange, sendJson } from '../exchange.ts';
import type { RoutePattern } from '../routes.ts';
import { openNamedFile, type ViewOptions } from './file-sources.ts';
import { annotatedName } from './named-files.ts';
import { readMark } from './output-names.ts';
import { sendStatus } from './plain-answers.ts';
import { sendFileAnswer } from './send-file.ts';
import { type FileName, isUploadFolder, pathWithin } from './upload-place.ts';

const passedHeaders = [
  'range',
  'if-range',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'sec-fetch-dest',
] as const;

const viewOptions = ({ request, query, signal }: Exchange): ViewOptions => {
  const headers = Object.fromEntries(
    passedHeaders.flatMap((name) => {
      const value = request.headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
  const [preview, channel] = [query.get('preview'), query.get('channel')];
  return {
    headers,
    query: { ...(preview === null ? {} : { preview }), ...(channel === null ? {} : { channel }) },
    signal,
  };
};

/** The file that a query names, or the status that refuses it (comfyui-protocol.md 4.7). */
export const fileOfQuery = (query: URLSearchParams): FileName | 400 | 403 | 404 => {
  const asked = query.get('filename');
  // Content addresses resolve through a database of assets, which is not kept here.
  if (asked === null || asked.startsWith('blake3:')) return 404;
  const { name, folder } = annotatedName(asked);
  if (name === '' || name.startsWith('/') || name.includes('..') || name.includes('\0')) return 400;
  const type = folder ?? query.get('type') ?? 'output';
  if (!isUploadFolder(type)) return 400;
  const cut = name.lastIndexOf('/');
  const base = name.slice(cut + 1);
  // ComfyUI drops folders in front of a name. A mark among them is one that a client joined with the name.
  const joined = name.slice(0, Math.max(0, cut));
  const given = query.get('subfolder') ?? '';
  const subfolder = given === '' && readMark(joined).instanceId !== null ? joined : given;
  if (pathWithin(readMark(subfolder).subfolder, 'x') === null) return 403;
  return pathWithin('', base) === null ? 404 : { name: base, subfolder, type };
};

/** GET /view: the file, from wherever in the fleet it is; a stopped instance's as well. */
export const getView = async (context: GatewayContext, exchange: Exchange): Promise<void> => {
  const file = fileOfQuery(exchange.query);
  if (typeof file === 'number') {
    sendStatus(exchange, file);
    return;
  }
  try {
    const answer = await openNamedFile(context, file, viewOptions(exchange));
    if (answer === null) sendStatus(exchange, 404);
    else await sendFileAnswer(exchange, answer);
  } catch (error) {
    if (!(error instanceof StudioError) || error.code !== 'INPUT_INVALID' || exchange.response.headersSent) throw error;
    sendJson(exchange, 400, envelope('invalid_picture', error.message));
  }
};

export const viewRoutes: readonly RoutePattern[] = [{ path: '/view', methods: { GET: getView } }];
