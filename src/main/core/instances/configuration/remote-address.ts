/** The parts of the base address of a remote instance, or why it is none. */
export type RemoteAddress =
  | {
      readonly ok: true;
      readonly baseUrl: string;
      readonly host: string;
      readonly port: number;
      readonly secure: boolean;
    }
  | { readonly ok: false; readonly reason: 'syntax' | 'protocol' | 'credentials' | 'query' };

/**
 * Reads the base address of a remote instance: http or https, a path where a reverse proxy has one, no user name and no query. A
 * text without a scheme (`gpu-box:8188`) means http.
 */
export const parseRemoteUrl = (text: string): RemoteAddress => {
  const trimmed = text.trim();
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`;
  if (trimmed === '' || /\s/.test(trimmed) || !URL.canParse(full)) return { ok: false, reason: 'syntax' };
  const url = new URL(full);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return { ok: false, reason: 'protocol' };
  if (url.username !== '' || url.password !== '') return { ok: false, reason: 'credentials' };
  if (url.search !== '' || url.hash !== '') return { ok: false, reason: 'query' };
  const secure = url.protocol === 'https:';
  const defaultPort = secure ? 443 : 80;
  return {
    ok: true,
    baseUrl: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? defaultPort : Number(url.port),
    secure,
  };
};

/** Host names and addresses; an IPv6 address may stand in brackets. */
export const isHost = (host: string): boolean =>
  host.length <= 253 &&
  (/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(host) || /^\[?[0-9a-f:.%a-z]*:[0-9a-f:.%a-z]*\]?$/i.test(host));

/** Whether only this machine can reach an address. */
export const isLoopback = (host: string): boolean =>
  /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?|.+\.localhost)$/i.test(host);

/**
 * Whether an address leads to this machine wherever it is used: loopback, also as IPv4 within IPv6 (`::ffff:7f00:1`, as URLs spell
 * it), with the dot of a full name, or "all addresses", which connects to loopback.
 */
export const isThisMachine = (host: string): boolean => {
  const bare = host.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return isLoopback(bare) || /^(?:0\.0\.0\.0|::|::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}|::ffff:0:0)$/i.test(bare);
};

/** Where a process that listens on `host` is reached from this machine: "all addresses" is reached over loopback. */
export const reachableHost = (host: string): string => {
  const bare = host.replace(/^\[|\]$/g, '');
  if (bare === '' || bare === 'localhost' || bare === '0.0.0.0') return '127.0.0.1';
  return bare === '::' ? '::1' : bare;
};
