import type { ProxyTargetDetailed } from 'httpxy';
import type { ComfyEndpoint } from '#core/ports/comfy-client.ts';

/**
 * Where a request goes: to the host of the endpoint whatever the target says, and with the target as it was sent. A path is the
 * instance's business, `..` and encoded slashes included: normalised, it would be another one.
 */
export const upstreamTarget = (
  { baseUrl }: Pick<ComfyEndpoint, 'baseUrl'>,
  requestTarget: string,
): ProxyTargetDetailed => {
  const { protocol, hostname, port, pathname } = new URL(baseUrl);
  const path = requestTarget.startsWith('/') ? requestTarget : `/${requestTarget}`;
  return {
    protocol,
    hostname: hostname.replace(/^\[|\]$/gu, ''),
    ...(port === '' ? {} : { port }),
    pathname: `${pathname.replace(/\/$/u, '')}${path}`,
  };
};
