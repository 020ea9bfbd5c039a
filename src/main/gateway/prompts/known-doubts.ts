import type { ValidationReason } from '#comfyui/validation/prompt-model.ts';

/** Doubts that were looked into a moment ago, so that prompts that are alike do not have the instances asked again and again. */
export interface KnownDoubts {
  /** Whether one of these could be settled by asking, and was not looked into within the last minute; it counts as looked into then. */
  areNew(doubts: readonly ValidationReason[], now: number): boolean;
}

const rememberedMs = 60_000;
const maxRemembered = 1000;
const maxKeyLength = 300;

/** Models and files may have come since an instance told; limits and types stay as they are. */
const mayBeSettled = ({ type }: ValidationReason): boolean =>
  type === 'value_not_in_list' || type === 'custom_validation_failed';

/** Equal for what is wrong in the same way, whatever the list offers by now. */
const keyOf = ({ details, extra_info: extra }: ValidationReason): string =>
  JSON.stringify([extra['input_name'], extra['received_value'] ?? details]).slice(0, maxKeyLength);

export const createKnownDoubts = (): KnownDoubts => {
  // In the order of the time at which they were looked into.
  const lookedAt = new Map<string, number>();

  const forgetOld = (now: number): void => {
    for (const [key, at] of lookedAt) {
      if (at > now - rememberedMs && lookedAt.size <= maxRemembered) return;
      lookedAt.delete(key);
    }
  };

  return {
    areNew: (doubts, now) => {
      forgetOld(now);
      const unknown = doubts
        .filter(mayBeSettled)
        .map(keyOf)
        .filter((key) => !lookedAt.has(key));
      for (const key of unknown) lookedAt.set(key, now);
      return unknown.length > 0;
    },
  };
};
