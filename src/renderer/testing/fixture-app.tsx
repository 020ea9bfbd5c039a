import type { RouterHistory } from '@tanstack/react-router';
import type { StateStorage } from 'zustand/middleware';
import { createStudioClient, type StudioClient } from '#contract/client.ts';
import { type BuiltApp, buildApp } from '../shell/build-app.tsx';
import { createFixtureServer, type FixtureServer } from './fixture-wire.ts';
import { fixtureNow } from './instance-fixtures.ts';
import type { Scenario } from './scenarios.ts';
import { createStudioFixture, type StudioFixture } from './studio-fixture.ts';

export interface FixtureApp extends BuiltApp {
  readonly fixture: StudioFixture;
  readonly server: FixtureServer;
  readonly client: StudioClient;
}

const forgetful: StateStorage = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };

/** The whole program over a canned studio; its clock stands at the moment of the fixtures. */
export const createFixtureApp = (scenario: Scenario, history?: RouterHistory): FixtureApp => {
  const fixture = createStudioFixture(scenario.contents);
  const server = createFixtureServer(fixture, scenario.handlers);
  const connect = scenario.answers === false ? () => new Promise<never>(() => undefined) : () => server.connect();
  const client = createStudioClient(connect, {
    schedule: (delayMs, task) => {
      const timer = setTimeout(task, delayMs);
      return () => clearTimeout(timer);
    },
    random: () => 0.5,
  });
  const clock = { now: () => fixtureNow, subscribe: () => () => undefined };
  const built = buildApp({ client, storage: forgetful, clock, ...(history === undefined ? {} : { history }) });
  return { ...built, fixture, server, client };
};
