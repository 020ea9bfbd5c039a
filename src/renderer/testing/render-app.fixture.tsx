import { notifications } from '@mantine/notifications';
import { createMemoryHistory } from '@tanstack/react-router';
import { cleanup, configure, render } from '@testing-library/react';
import { afterEach, vi } from 'vitest';
import { commandSearch } from '../shell/command-store.ts';
import { createFixtureApp, type FixtureApp } from './fixture-app.tsx';
import type { Scenario } from './scenarios.ts';

/** Draws the whole program over a canned studio at a page, and takes it down after the test. */
export const renderApp = (scenario: Scenario, path = '/instances'): FixtureApp => {
  const app = createFixtureApp(scenario, createMemoryHistory({ initialEntries: [path] }));
  const { unmount } = render(app.element);
  afterEachOnce(() => {
    unmount();
    app.services.topics.close();
    app.client.close();
    app.queries.clear();
  });
  return app;
};

const windowHeight = 1000;

const pending: (() => void)[] = [];
const afterEachOnce = (task: () => void): void => {
  pending.push(task);
};

/** Registers the clean-up of everything that `renderApp` drew; called once at the top of a test file. */
export const cleanUpApps = (): void => {
  // Looking up the computed style of every ancestor of every element takes most of the time of a test.
  // The first look at a page waits for its modules too.
  configure({ defaultHidden: true, asyncUtilTimeout: 8000 });
  // happy-dom has no font loading; text areas that grow ask for it.
  if (!('fonts' in document)) Object.defineProperty(document, 'fonts', { value: new EventTarget() });
  // happy-dom lays nothing out, and lists draw only what a window has room for.
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(windowHeight);
  afterEach(() => {
    for (const task of pending.splice(0)) task();
    cleanup();
    notifications.clean();
    commandSearch.close();
    localStorage.clear();
  });
};

/** What the studio was asked for under a name, in order. */
export const inputsOf = (app: FixtureApp, name: string): unknown[] =>
  app.fixture.received.filter((call) => call.name === name).map(({ input }) => input);
