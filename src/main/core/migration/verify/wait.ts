import { StudioError } from '#contract/errors.ts';
import type { InstanceView } from '#contract/models/instance.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Fleet } from '../../instances/fleet-interface.ts';

const cancelled = (): StudioError => new StudioError('CALL_CANCELLED');

/** Resolves after a while; CALL_CANCELLED as soon as the signal aborts. */
export const pause = (ms: number, clock: Clock, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(cancelled());
      return;
    }
    const onAbort = (): void => {
      cancel();
      reject(cancelled());
    };
    const cancel = clock.schedule(ms, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });

const isOnItsWay = ({ state }: InstanceView): boolean =>
  state.kind === 'starting' || state.kind === 'waiting' || state.kind === 'stopping';

/** The instance once its start has come to an end, good or bad, or as it is after the limit; null when it was removed. */
export const untilSettled = (
  instanceId: string,
  fleet: Pick<Fleet, 'list' | 'feed'>,
  options: { readonly clock: Clock; readonly limitMs: number; readonly signal: AbortSignal },
): Promise<InstanceView | null> =>
  new Promise((resolve, reject) => {
    const { clock, limitMs, signal } = options;
    const find = (): InstanceView | null =>
      fleet.list().find(({ configuration }) => configuration.id === instanceId) ?? null;
    const end = (settle: () => void): void => {
      unlisten();
      cancelTimer();
      signal.removeEventListener('abort', onAbort);
      settle();
    };
    const check = (): void => {
      const view = find();
      if (view === null || !isOnItsWay(view)) end(() => resolve(view));
    };
    const onAbort = (): void => end(() => reject(cancelled()));
    const unlisten = fleet.feed.listen(check);
    const cancelTimer = clock.schedule(limitMs, () => end(() => resolve(find())));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    else check();
  });
