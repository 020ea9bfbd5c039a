import { StudioError } from '#contract/errors.ts';
import type { CallHandlers } from '#contract/handlers.ts';
import type { InstanceView } from '#contract/models/instance.ts';

export type ViewerHandlers = Pick<CallHandlers, Extract<keyof CallHandlers, `${'viewer' | 'desktop'}.${string}`>>;

/** Pages of the canned instances: each can be framed. */
export const viewerHandlers = (instances: () => readonly InstanceView[]): ViewerHandlers => ({
  'viewer.look': ({ target }) => {
    const endpoint =
      target === 'gateway'
        ? 'http://127.0.0.1:8187'
        : instances().find(({ configuration }) => configuration.id === target)?.endpoint;
    if (endpoint === undefined) throw new StudioError('INSTANCE_NOT_FOUND');
    return { way: 'framed', address: `${endpoint}/`, framePath: `/frames/${target}`, rule: null, isolated: false };
  },
  'viewer.show': () => ({}),
  'viewer.reload': () => ({}),
  'viewer.hide': () => ({}),
  'desktop.notify': () => ({ clicked: false }),
});
