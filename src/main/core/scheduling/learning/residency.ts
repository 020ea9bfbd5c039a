import type { WorkflowShape } from '../scheduler-interface.ts';

/** Prompts of an instance that are remembered, whatever its cache. */
const promptsRemembered = 16;

/**
 * Which models an instance holds, followed from what it ran, since no route of ComfyUI tells (comfyui-protocol.md 6). With its default
 * cache an instance remembers exactly the nodes of its last prompt; with `--cache-lru` or a small `--cache-ram` reserve those of more
 * (comfyui-protocol.md 5.2), which `cachedPrompts` says.
 */
export interface Residency {
  /** The instance began with a prompt that uses these models. */
  ran(instanceId: string, models: Models): void;
  /** Model files in its memory; `cachedPrompts` = how many of its last prompts it remembers. */
  holds(instanceId: string, cachedPrompts: number): ReadonlySet<string>;
  /** The loader key of its last prompt; null when it holds nothing. */
  lastLoaderKey(instanceId: string): string | null;
  /** It holds nothing any more. */
  emptied(instanceId: string): void;
}

/** The models of a prompt. */
export type Models = Pick<WorkflowShape, 'loaders' | 'loaderKey'>;

const nothing: ReadonlySet<string> = new Set();

interface Memory {
  /** The newest first. */
  readonly prompts: readonly Models[];
  /** What `holds` answered, by the number of prompts: it is asked far more often than something changes. */
  readonly answers: Map<number, ReadonlySet<string>>;
}

export const createResidency = (): Residency => {
  const memories = new Map<string, Memory>();
  return {
    ran: (instanceId, models) => {
      const others = (memories.get(instanceId)?.prompts ?? []).filter(
        ({ loaderKey }) => loaderKey !== models.loaderKey,
      );
      memories.set(instanceId, { prompts: [models, ...others].slice(0, promptsRemembered), answers: new Map() });
    },
    holds: (instanceId, cachedPrompts) => {
      const memory = memories.get(instanceId);
      if (memory === undefined) return nothing;
      const count = Math.max(1, cachedPrompts);
      const known = memory.answers.get(count);
      if (known !== undefined) return known;
      const held = new Set(memory.prompts.slice(0, count).flatMap(({ loaders }) => loaders));
      memory.answers.set(count, held);
      return held;
    },
    lastLoaderKey: (instanceId) => memories.get(instanceId)?.prompts[0]?.loaderKey ?? null,
    emptied: (instanceId) => {
      memories.delete(instanceId);
    },
  };
};
