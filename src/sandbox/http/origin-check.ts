/** The headers that the check looks at. */
export interface OriginHeaders {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly secFetchSite: string | undefined;
}

const hostOf = (authority: string): { name: string; port: string } => {
  const bracket = authority.startsWith('[') ? authority.indexOf(']') : -1;
  const colon = authority.indexOf(':', Math.max(bracket, 0));
  const name = colon < 0 ? authority : authority.slice(0, colon);
  return { name: name.replace(/^\[|\]$/g, '').toLowerCase(), port: colon < 0 ? '' : authority.slice(colon + 1) };
};

const isLoopback = (name: string): boolean => name === 'localhost' || name === '::1' || name.startsWith('127.');

/**
 * Whether ComfyUI refuses a request as one of a foreign page (comfyui-protocol.md 2.1): a cross-site fetch, or an Origin
 * that differs from a loopback Host. An Origin without a port is compared without ports; a Host that is no loopback
 * address is not compared at all.
 */
export const isForeignRequest = ({ host, origin, secFetchSite }: OriginHeaders): boolean => {
  if (secFetchSite === 'cross-site') return true;
  if (host === undefined || origin === undefined) return false;
  const scheme = origin.indexOf('://');
  if (scheme < 0) return false;
  const target = hostOf(host);
  const source = hostOf(origin.slice(scheme + 3));
  if (source.name === '' || target.name === '' || !isLoopback(target.name)) return false;
  if (source.name !== target.name) return true;
  return source.port !== '' && source.port !== target.port;
};
