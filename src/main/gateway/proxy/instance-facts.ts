import type { FleetCandidate } from '#core/jobs/fleet-view.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { ComfyReader } from '#core/ports/comfy-reader.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { JsonObject } from '#core/shared/json-object.ts';
import { askJson } from './ask-json.ts';

/** What instances answer to one address, remembered for the time in which they do not. */
export interface InstanceFacts {
  /** The answer of now, or the last one where it takes too long; null where there was never one. */
  read(instance: FleetCandidate): Promise<JsonObject | null>;
  /** The last answer. */
  known(instanceId: string): JsonObject | null;
  /** Keeps those of these instances only. */
  keep(instanceIds: ReadonlySet<string>): void;
}

export interface InstanceFactsOptions {
  readonly path: string;
  readonly timeoutMs: number;
  /** How old an answer may be that is not asked for again. */
  readonly freshMs: number;
}

interface Fact {
  readonly value: JsonObject;
  readonly at: number;
  /** The run of its program that told it. */
  readonly readyAt: number | null;
}

export const createInstanceFacts = (
  {
    reader,
    clock,
    logger,
  }: { readonly reader: Pick<ComfyReader, 'get'>; readonly clock: Clock; readonly logger: Logger },
  { path, timeoutMs, freshMs }: InstanceFactsOptions,
): InstanceFacts => {
  const facts = new Map<string, Fact>();
  const asked = new Map<string, Promise<void>>();

  const ask = async ({ instanceId, endpoint, readyAt }: FleetCandidate): Promise<void> => {
    try {
      const value = await askJson(reader, endpoint, path, timeoutMs);
      if (value !== null) facts.set(instanceId, { value, at: clock.now(), readyAt });
    } catch (error) {
      logger.debug('An instance did not tell of itself.', { instanceId, path, error: String(error) });
    }
  };

  return {
    read: async (instance) => {
      const { instanceId, readyAt } = instance;
      const fact = facts.get(instanceId);
      if (fact?.readyAt === readyAt && clock.now() - fact.at <= freshMs) return fact.value;
      const asking = asked.get(instanceId) ?? ask(instance).finally(() => asked.delete(instanceId));
      asked.set(instanceId, asking);
      await asking;
      return facts.get(instanceId)?.value ?? null;
    },
    known: (instanceId) => facts.get(instanceId)?.value ?? null,
    keep: (instanceIds) => {
      for (const instanceId of facts.keys()) if (!instanceIds.has(instanceId)) facts.delete(instanceId);
    },
  };
};
