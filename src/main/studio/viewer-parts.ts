import { StudioError } from '#contract/errors.ts';
import type { CallHandlers } from '#contract/handlers.ts';
import type { HostCapability } from '#contract/models/studio.ts';
import type { PageProbe } from '#core/ports/page-probe.ts';
import { browserAddress, framingRule, siteOf } from '#core/viewer/framing.ts';
import type { FrameAddress } from '../transport/http/frame-routes.ts';
import type { HostActions } from './studio.ts';

type ViewerHandlers = Pick<CallHandlers, Extract<keyof CallHandlers, `${'viewer' | 'desktop'}.${string}`>>;

export interface ViewerParts {
  readonly handlers: ViewerHandlers;
  /** Where the studio's server finds the page of a target. */
  readonly frames: FrameAddress;
}

interface ViewerDependencies {
  /** Null for an instance that does not exist. */
  readonly endpointOf: (instanceId: string) => string | null;
  readonly probe: PageProbe;
  readonly host: HostActions;
  /** Null while it is not open. */
  readonly gatewayAddress: () => string | null;
  /** The studio gives cookies, which its own host name would send along to ComfyUI. */
  readonly isolated: boolean;
}

const lookTimeoutMs = 4000;
const needWindow: readonly HostCapability[] = ['embedded-view', 'notify'];

/** What the host can do for one caller: what shows in its window is for that window alone. */
export const capabilitiesFor = (host: HostActions, isShell: boolean): HostCapability[] =>
  host.capabilities.filter((capability) => isShell || !needWindow.includes(capability));

/** Pages of ComfyUI inside the studio: framed in a browser, embedded in the desktop window. */
export const createViewerParts = ({
  endpointOf: endpointOfInstance,
  probe,
  host,
  gatewayAddress,
  isolated,
}: ViewerDependencies): ViewerParts => {
  const endpointOf = (target: string): string | null =>
    target === 'gateway' ? gatewayAddress() : endpointOfInstance(target);
  const requireEndpoint = (target: string): string => {
    const endpoint = endpointOf(target);
    if (endpoint === null) {
      throw new StudioError('INSTANCE_NOT_FOUND', undefined, { details: { instanceId: target } });
    }
    return endpoint;
  };
  const requireView = (isShell: boolean | undefined) => {
    if (isShell !== true || host.view === undefined) throw new StudioError('HOST_UNSUPPORTED');
    return host.view;
  };

  return {
    frames: (target, hostName) => {
      const endpoint = endpointOf(target);
      return endpoint === null ? null : browserAddress(endpoint, hostName);
    },
    handlers: {
      'viewer.look': async ({ target, origin }, { signal }) => {
        const endpoint = requireEndpoint(target);
        const page = URL.canParse(origin) ? new URL(origin) : null;
        const isWeb = page !== null && /^https?:$/.test(page.protocol);
        const address = isWeb ? browserAddress(endpoint, page.hostname) : new URL(endpoint).href;
        const framePath = `/frames/${encodeURIComponent(target)}`;
        const nothing = { address: address ?? endpoint, framePath: null, rule: null, isolated };
        if (address === null) return { ...nothing, way: 'elsewhere' };
        const site = isWeb ? siteOf(address, page.origin) : 'same-site';
        const headers = await probe.look(endpoint, { site, timeoutMs: lookTimeoutMs, signal });
        if (headers === null) return { ...nothing, way: 'unreachable' };
        if (!isWeb) return { ...nothing, way: 'no-frames' };
        const rule = framingRule(headers, page.origin);
        return rule === null ? { ...nothing, way: 'framed', framePath } : { ...nothing, way: 'refused', rule };
      },
      'viewer.show': ({ target, bounds }, { isShell }) => {
        requireView(isShell).show({ key: target, address: requireEndpoint(target) }, bounds);
        return {};
      },
      'viewer.reload': (_input, { isShell }) => {
        requireView(isShell).reload();
        return {};
      },
      'viewer.hide': (_input, { isShell }) => {
        requireView(isShell).hide();
        return {};
      },
      'desktop.notify': async (message, { isShell, signal }) => {
        if (isShell !== true || host.notify === undefined) throw new StudioError('HOST_UNSUPPORTED');
        return { clicked: await host.notify(message, signal) };
      },
    },
  };
};
