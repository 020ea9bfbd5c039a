import type { Outgoing } from './outgoing.ts';

/**
 * ComfyUI sends a preview with metadata before the `progress` of its step and one without after it (comfyui-protocol.md 3.5). Instances
 * send the former, so that a client of the latter kind gets it one message later.
 */
export interface LegacyOrder {
  /** What is sent now. */
  put(item: Outgoing): readonly Outgoing[];
  /** Gives out what was kept for a message that does not come. */
  release(): readonly Outgoing[];
  readonly isWaiting: boolean;
}

export const createLegacyOrder = (): LegacyOrder => {
  let waiting: Outgoing | null = null;
  return {
    put: (item) => {
      const picture = waiting;
      waiting = null;
      if (picture !== null && item.kind === 'message' && item.type === 'progress' && item.jobId === picture.jobId)
        return [item, picture];
      const before = picture === null ? [] : [picture];
      if (item.kind === 'message' || item.frame.kind !== 'picture' || item.frame.metadata === null)
        return [...before, item];
      waiting = item;
      return before;
    },
    release: () => {
      const picture = waiting;
      waiting = null;
      return picture === null ? [] : [picture];
    },
    get isWaiting() {
      return waiting !== null;
    },
  };
};
