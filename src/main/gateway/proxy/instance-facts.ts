import type { FleetCandidate } from '#core/jobs/fleet-view.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { ComfyReader } from '#core/ports/comfy-reader.ts';
import type { Logger } from '#core/ports/logger.ts';
import { askValue } from './ask-json.ts';

/** What instances answer to one address, remembered for the time in which they do not. */
export interface InstanceFacts<T> {
  /** The answer of now, or the last one where it takes too long; null where there was never one. */
  read(instance: FleetCandidate): Promise<T | null>;
  /** The last answer. */
  known(instanceId: string): T | null;
  /** Keeps those of these instances only. */
  keep(instanceIds: ReadonlySet<string>): void;
}

export interface InstanceFactsOptions<T> {
  readonly path: string;
  /** What an answer says; null for one that is not understood. */
  readonly readAnswer: (value: unknown) => T | null;
  readonly timeoutMs: number;
  /** How old an answer may be that is not asked for again. */
  readonly freshMs: number;
}

interface Fact<T> {
  readonly value: T;
  readonly at: number;
  /** The run of its program that told it. */
  readonly readyAt: number | null;
}

export const createInstanceFacts = <T>(
  {
    reader,
    clock,
    logger,
  }: { readonly reader: Pick<ComfyReader, 'get'>; readonly clock: Clock; readonly logger: Logger },
  { path, readAnswer, timeoutMs, freshMs }: InstanceFactsOptions<T>,
): InstanceFacts<T> => {
  const facts = new Map<string, Fact<T>>();
  const asked = new Map<string, Promise<void>>();

  const ask = async ({ instanceId, endpoint, readyAt }: FleetCandidate): Promise<void> => {
    try {
      const value = readAnswer(await askValue(reader, endpoint, path, timeoutMs));
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
