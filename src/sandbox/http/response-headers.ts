import type { Answer } from './answer.ts';

const imageEnding = /\.(jpg|jpeg|png|ppm|bmp|pgm|tif|tiff|webp)$/i;

const uncachedEnding = /(\.js|\.css|(^|\/)index[^/]*\.json)$/;

const imageCaching = (status: number): string | null => {
  if (status === 404) return 'public, max-age=3600';
  if ((status >= 200 && status < 300) || status === 301 || status === 308) return 'public, max-age=86400';
  return status === 302 || status === 303 || status === 307 ? 'no-cache' : null;
};

/** The Cache-Control header by the ending of the path (comfyui-protocol.md 2.1); null = leave what is there. */
export const cacheControlOf = (path: string, status: number): string | null => {
  if (uncachedEnding.test(path)) return 'no-store';
  return imageEnding.test(path) ? imageCaching(status) : null;
};

/** The headers that --enable-cors-header adds to every answer. */
export const corsHeaders = (origin: string): Readonly<Record<string, string>> => ({
  'Access-Control-Allow-Origin': origin,
  'Access-Control-Allow-Methods': 'POST, GET, DELETE, PUT, OPTIONS, PATCH',
  'Access-Control-Allow-Headers': 'Content-Type, Authorization',
  'Access-Control-Allow-Credentials': 'true',
});

const strictPolicy =
  "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data: blob:; font-src 'self'; connect-src 'self' data:; frame-src 'self'; object-src 'self';";

/** An answer that aiohttp raises as an exception passes by the middlewares that add headers. */
const isRaised = ({ status, isRaised: isMarked }: Answer): boolean =>
  isMarked === true || status === 401 || status === 405 || status === 413 || status === 500;

export interface HeaderPolicy {
  readonly corsOrigin: string | null;
  readonly apiNodes: boolean;
}

/** Adds what ComfyUI's middlewares add. `fromMiddleware`: an answer to OPTIONS, which the policy header skips. */
export const decorated = (answer: Answer, path: string, policy: HeaderPolicy, fromMiddleware: boolean): Answer => {
  if (isRaised(answer)) return answer;
  const headers: Record<string, string> = { ...answer.headers };
  const caching = cacheControlOf(path, answer.isStatic404 === true ? 200 : answer.status);
  if (caching !== null && headers['Cache-Control'] === undefined) headers['Cache-Control'] = caching;
  if (!policy.apiNodes && !fromMiddleware) headers['Content-Security-Policy'] = strictPolicy;
  if (policy.corsOrigin !== null) Object.assign(headers, corsHeaders(policy.corsOrigin));
  return { ...answer, headers };
};
