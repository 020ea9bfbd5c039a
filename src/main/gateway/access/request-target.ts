import type { IncomingMessage } from 'node:http';

/** Where a request goes, as a path, and the host that its target names, if any. */
export interface RequestTarget {
  readonly pathAndQuery: string;
  readonly authority: string | null;
}

/** Programs behind a proxy setting send the whole address; null for a target that is none. */
export const readTarget = (target: string): RequestTarget | null => {
  if (target.startsWith('/') || target === '*') return { pathAndQuery: target, authority: null };
  if (!/^https?:\/\//iu.test(target) || !URL.canParse(target)) return null;
  const { pathname, search, host, username, password } = new URL(target);
  return username === '' && password === '' ? { pathAndQuery: pathname + search, authority: host } : null;
};

/** Where a token may stand in the address: what browsers ask for without a way to add a header. */
const takesQueryToken = (path: string): boolean =>
  /^\/(?:api\/)?(?:ws|view|etn\/image\/[^/]+|viewvideo)$/u.test(path) ||
  /\.(?:png|jpe?g|webp|gif|avif|svg)$/iu.test(path);

/**
 * Takes `token` out of the address, so that it is neither forwarded nor logged. It counts only where it may stand; a custom
 * node's own parameter of that name stays elsewhere, unless it is the gateway's token.
 */
export const takeQueryToken = (
  pathAndQuery: string,
  isToken: (value: string) => boolean,
): { readonly pathAndQuery: string; readonly token: string | null } => {
  const mark = pathAndQuery.indexOf('?');
  if (mark < 0 || !/[?&]token=/iu.test(pathAndQuery)) return { pathAndQuery, token: null };
  const path = pathAndQuery.slice(0, mark);
  const parts = pathAndQuery.slice(mark + 1).split('&');
  const counts = takesQueryToken(path);
  let token: string | null = null;
  const rest = parts.filter((part) => {
    const [[name, value] = ['', '']] = [...new URLSearchParams(part)];
    if (name !== 'token' || (!counts && !isToken(value))) return true;
    if (counts) token ??= value;
    return false;
  });
  return { pathAndQuery: rest.length === 0 ? path : `${path}?${rest.join('&')}`, token };
};

/** A person who opens an address in a browser can be asked for a login; a program or a page's script cannot. */
export const isNavigation = ({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): boolean => {
  if (method !== 'GET') return false;
  const mode = headers['sec-fetch-mode'];
  return mode === undefined ? (headers.accept ?? '').includes('text/html') : mode === 'navigate';
};
