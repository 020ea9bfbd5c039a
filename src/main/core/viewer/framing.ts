/** What a page says to somebody who wants to frame it. */
export interface PageHeaders {
  readonly status: number;
  readonly xFrameOptions: string | null;
  readonly contentSecurityPolicy: string | null;
}

const loopbackNames: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

export const isLoopback = (hostName: string): boolean =>
  loopbackNames.includes(hostName) || /^127\.\d+\.\d+\.\d+$/.test(hostName);

/**
 * The address at which a browser reaches a page of this machine, when it reaches the studio under `studioHostName`; null where it
 * cannot, since the page listens on loopback and the browser is elsewhere. On the machine itself it is the name of loopback by which the
 * studio was reached: ComfyUI refuses whoever comes from another site, and its own machine has several names.
 */
export const browserAddress = (endpoint: string, studioHostName: string): string | null => {
  const url = new URL(endpoint);
  if (!isLoopback(url.hostname)) return url.href;
  if (!isLoopback(studioHostName)) return null;
  url.hostname = studioHostName;
  return url.href;
};

const ancestorsOf = (policy: string): string | null => {
  const directive = policy
    .split(/[;,]/)
    .map((part) => part.trim().toLowerCase())
    .find((part) => part.startsWith('frame-ancestors'));
  return directive === undefined ? null : directive.slice('frame-ancestors'.length).trim();
};

/** Whether a source of `frame-ancestors` is about this origin: `*`, a scheme, or an origin, perhaps of all sub-domains or ports. */
const covers = (source: string, origin: URL): boolean => {
  if (source === '*') return true;
  if (/^[a-z][a-z0-9+.-]*:$/.test(source)) return source === origin.protocol;
  const parts = source.match(/^(?:([a-z][a-z0-9+.-]*):\/\/)?(\*\.)?([^/:]+)(?::(\d+|\*))?/);
  if (parts === null) return false;
  const [, scheme, wild, host = '', port] = parts;
  const ownPort = origin.port || (origin.protocol === 'https:' ? '443' : '80');
  const usualPort = (scheme ?? origin.protocol.slice(0, -1)) === 'https' ? '443' : '80';
  return (
    (scheme === undefined || `${scheme}:` === origin.protocol) &&
    (wild === undefined ? origin.hostname === host : origin.hostname.endsWith(`.${host}`)) &&
    (port === '*' || (port ?? usualPort) === ownPort)
  );
};

/** The rule by which a page refuses to be framed by pages of this origin; null when it does not. A policy goes before the old header. */
export const framingRule = (
  { status, xFrameOptions, contentSecurityPolicy }: PageHeaders,
  origin: string,
): string | null => {
  if (status >= 400) return `HTTP ${status}`;
  const ancestors = contentSecurityPolicy === null ? null : ancestorsOf(contentSecurityPolicy);
  if (ancestors !== null) {
    const allowed = ancestors.split(/\s+/).some((source) => source !== '' && covers(source, new URL(origin)));
    return allowed ? null : `Content-Security-Policy: frame-ancestors ${ancestors}`;
  }
  const option = xFrameOptions?.trim().toLowerCase() ?? '';
  return option.startsWith('deny') || option.startsWith('sameorigin') ? `X-Frame-Options: ${option}` : null;
};

/** How a browser calls a request from one address to the other; names of one domain count as other sites, to be on the safe side. */
export const siteOf = (address: string, origin: string): 'same-site' | 'cross-site' => {
  const [to, from] = [new URL(address), new URL(origin)];
  return to.hostname === from.hostname && to.protocol === from.protocol ? 'same-site' : 'cross-site';
};
