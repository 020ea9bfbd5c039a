import type { IdlePolicy } from '#contract/models/instance.ts';
import type { Cancel, Clock } from '#core/ports/clock.ts';
import type { Logger } from '#core/ports/logger.ts';
import { decideIdle } from './idle-policy.ts';

/** What the keeper does with one instance. */
export interface IdleInstance {
  readonly instanceId: string;
  readonly remote: boolean;
  policy(): IdlePolicy;
  /** It is up, takes work, and has none from here. */
  hasNothingToDo(): boolean;
  /** Jobs in its own queue, those of others included: people also work in its own page. */
  queueRemaining(): Promise<number>;
  free(): Promise<void>;
  stop(): void;
}

/** Carries out the idle policies of a fleet: on timers that events set, with nothing that looks again and again. */
export interface IdleKeeper {
  /** Something about the instance has changed: its state, its jobs, or its policy. */
  review(instance: IdleInstance): void;
  /** It works on something that is none of our jobs; its idle time begins anew. */
  noteWork(instanceId: string): void;
  forget(instanceId: string): void;
  /** Nothing is freed or stopped any more. */
  close(): void;
}

/** One stretch of idle time. An instance that gets something to do loses it, so that a late answer knows that it is late. */
interface Stretch {
  since: number;
  freed: boolean;
  /** It is being asked at the moment, and looked at again afterwards. */
  isAsked: boolean;
  cancelTimer: Cancel | null;
}

export const createIdleKeeper = (options: { readonly clock: Clock; readonly logger: Logger }): IdleKeeper => {
  const { clock, logger } = options;
  const stretches = new Map<string, Stretch>();
  let isClosed = false;

  const forget = (instanceId: string): void => {
    stretches.get(instanceId)?.cancelTimer?.();
    stretches.delete(instanceId);
  };

  /** Whether it is idle in truth: since the same moment, and without work of others. */
  const isConfirmed = async (instance: IdleInstance, stretch: Stretch): Promise<boolean> => {
    const { since } = stretch;
    const remaining = await instance.queueRemaining();
    if (remaining > 0) stretch.since = clock.now();
    return stretches.get(instance.instanceId) === stretch && stretch.since === since && remaining === 0;
  };

  const act = async (instance: IdleInstance, stretch: Stretch, kind: 'free' | 'stop'): Promise<void> => {
    const { instanceId } = instance;
    try {
      if (!(await isConfirmed(instance, stretch))) return;
      logger.info('An instance has had nothing to do', { instanceId, since: stretch.since, action: kind });
      if (kind === 'stop') return instance.stop();
      stretch.freed = true;
      await instance.free();
    } catch (error) {
      // It gets another full idle time before it is asked again.
      stretch.since = clock.now();
      logger.warn('An idle instance could not be asked', { instanceId, action: kind, error });
    }
  };

  const settle = (instance: IdleInstance, stretch: Stretch): void => {
    stretch.cancelTimer?.();
    stretch.cancelTimer = null;
    if (stretch.isAsked) return;
    const { since, freed } = stretch;
    const decision = decideIdle({ policy: instance.policy(), remote: instance.remote, since, freed }, clock.now());
    if (decision.kind === 'nothing') return;
    const delayMs = decision.kind === 'wait' ? decision.at - clock.now() : 0;
    stretch.cancelTimer = clock.schedule(delayMs, () => {
      stretch.cancelTimer = null;
      if (decision.kind === 'wait') return settle(instance, stretch);
      stretch.isAsked = true;
      void act(instance, stretch, decision.kind).then(() => {
        stretch.isAsked = false;
        if (stretches.get(instance.instanceId) === stretch && instance.hasNothingToDo()) settle(instance, stretch);
      });
    });
  };

  return {
    review: (instance) => {
      const { instanceId } = instance;
      if (isClosed || !instance.hasNothingToDo()) return forget(instanceId);
      const stretch = stretches.get(instanceId) ?? {
        since: clock.now(),
        freed: false,
        isAsked: false,
        cancelTimer: null,
      };
      stretches.set(instanceId, stretch);
      settle(instance, stretch);
    },
    noteWork: (instanceId) => {
      const stretch = stretches.get(instanceId);
      if (stretch === undefined) return;
      stretch.since = clock.now();
      stretch.freed = false;
    },
    forget,
    close: () => {
      isClosed = true;
      for (const instanceId of stretches.keys()) forget(instanceId);
    },
  };
};
