export type CorsOriginProblem = 'no-origin' | 'path' | 'scheme';

/** What is wrong with an origin as somebody typed it, or null; empty and `*` are fine. */
export const corsOriginProblem = (typed: string): CorsOriginProblem | null => {
  const text = typed.trim();
  if (text === '' || text === '*') return null;
  if (!URL.canParse(text)) return 'no-origin';
  const { protocol, pathname, search, hash, username, host } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return /^[a-z]+:\/\//iu.test(text) ? 'scheme' : 'no-origin';
  if (host === '') return 'no-origin';
  return pathname !== '/' || search !== '' || hash !== '' || username !== '' ? 'path' : null;
};

/** As it is stored: browsers send origins in lower case and without a slash at the end. */
export const normalCorsOrigin = (typed: string): string => {
  const text = typed.trim();
  return text === '' || text === '*' || !URL.canParse(text) ? text : new URL(text).origin;
};
