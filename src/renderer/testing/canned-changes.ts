import type { Language } from '../text/language.ts';
import type { FixtureApp } from './fixture-app.tsx';

const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => [name, ...textsIn(part)]);
};

/** Changes of a canned studio that a benchmark or a browser test asks for by its address in the page, `cannedChanges`. */
export interface CannedChanges {
  /** One instance says something new about itself. */
  changeInstance(index: number): void;
  /** Another window stores a port and a description. */
  storeElsewhere(instanceId: string): void;
  /** A new sample of all readings in which only those of the first instances differ from the last. */
  sampleReadings(changedCount: number): void;
  /** The person chooses a language. */
  speak(language: Language): void;
  /** Every text that came from the studio or went there, as opposed to the sentences of the screens. */
  studioTexts(): readonly string[];
}

export const createCannedChanges = ({ fixture, services, queries }: FixtureApp): CannedChanges => {
  let turn = 0;
  return {
    changeInstance: (index) => {
      turn += 1;
      const view = fixture.instances.state().instances[index];
      if (view === undefined) throw new Error(`there is no instance ${index}`);
      const statistics = { ...view.statistics, totalWorkflows: view.statistics.totalWorkflows + turn };
      fixture.instances.publish({ type: 'changed', instance: { ...view, statistics } });
    },
    storeElsewhere: (instanceId) => {
      const view = fixture.instances.state().instances.find(({ configuration }) => configuration.id === instanceId);
      if (view === undefined) throw new Error(`there is no instance ${instanceId}`);
      const configuration = { ...view.configuration, port: 8400, description: 'Moved to the other card' };
      fixture.instances.publish({ type: 'changed', instance: { ...view, configuration } });
    },
    speak: (language) => services.view.getState().chooseLanguage(language),
    studioTexts: () => {
      const cached = queries
        .getQueryCache()
        .findAll()
        .map(({ state }) => state.data);
      return [...cached, ...fixture.answered, ...fixture.received.map(({ input }) => input)].flatMap(textsIn);
    },
    sampleReadings: (changedCount) => {
      turn += 1;
      const last = fixture.telemetry.state();
      const changed = fixture.instances.state().instances.slice(0, changedCount);
      const reading = { vramUsedBytes: turn * 1024 ** 2, vramTotalBytes: 24 * 1024 ** 3, queueRemaining: turn };
      const instances = Object.fromEntries(
        changed.map(({ configuration }) => [
          configuration.id,
          { cpuPercent: turn, memoryBytes: turn * 1024 ** 2, responseTimeMs: turn, ...reading },
        ]),
      );
      fixture.telemetry.publish({ ...last, at: last.at + turn, instances: { ...last.instances, ...instances } });
    },
  };
};
