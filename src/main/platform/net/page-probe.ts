import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { PageProbe } from '#core/ports/page-probe.ts';

const textOf = (value: string | string[] | undefined): string | null =>
  value === undefined ? null : Array.isArray(value) ? value.join(', ') : value;

/**
 * Over HTTP, without cookies or any other credentials; redirects are not followed. Not by `fetch`, which says of itself where it comes
 * from, and ComfyUI answers by that.
 */
export const createPageProbe = (): PageProbe => ({
  look: (address, { site, timeoutMs, signal }) =>
    new Promise((resolve) => {
      const send = address.startsWith('https:') ? requestHttps : requestHttp;
      const request = send(address, {
        agent: false,
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        headers: {
          accept: 'text/html',
          'sec-fetch-site': site,
          'sec-fetch-mode': 'navigate',
          'sec-fetch-dest': 'iframe',
        },
      });
      request.once('response', (response) => {
        resolve({
          status: response.statusCode ?? 0,
          xFrameOptions: textOf(response.headers['x-frame-options']),
          contentSecurityPolicy: textOf(response.headers['content-security-policy']),
        });
        response.destroy();
      });
      // Refused, timed out, no HTTP: whatever it is, there is no page to show.
      request.on('error', () => resolve(null));
      request.end();
    }),
});
