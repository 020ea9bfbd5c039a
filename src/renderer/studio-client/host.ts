import type { HostCapability } from '#contract/models/studio.ts';
import { useServices } from '../state/app-context.tsx';
import { useStudio } from './queries.ts';

/** Whether this host can do something that only some can. */
export const useCapability = (capability: HostCapability): boolean =>
  useStudio()?.capabilities.includes(capability) ?? false;

/** Opens an http or https address outside of the studio: by the host where it can, else in a new tab. */
export const useOpenExternal = (): ((url: string) => void) => {
  const { client } = useServices();
  const byHost = useCapability('open-external');
  return (url) => {
    const { protocol } = new URL(url);
    if (protocol !== 'http:' && protocol !== 'https:') return;
    if (byHost) void client.call('host.openExternal', { url });
    else window.open(url, '_blank', 'noopener,noreferrer');
  };
};
