import type { PageProbe } from '#core/ports/page-probe.ts';

/** Over HTTP, without cookies or any other credentials; redirects are not followed. */
export const createPageProbe = (): PageProbe => ({
  look: async (address, { timeoutMs, signal }) => {
    try {
      const response = await fetch(address, {
        redirect: 'manual',
        credentials: 'omit',
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      await response.body?.cancel();
      return {
        xFrameOptions: response.headers.get('x-frame-options'),
        contentSecurityPolicy: response.headers.get('content-security-policy'),
      };
    } catch {
      // Refused, timed out, no HTTP: whatever it is, there is no page to show.
      return null;
    }
  },
});
