import { expect, it, vi } from 'vitest';
import { createStudioClient } from '#contract/client.ts';
import { createFixtureServer } from '../testing/fixture-wire.ts';
import { createStudioFixture } from '../testing/studio-fixture.ts';
import { reloadOnUpdate } from './reload-on-update.ts';

const setUp = () => {
  const fixture = createStudioFixture();
  let contractHash = 'one';
  const describe = vi.fn(async () => {
    const context = { signal: new AbortController().signal, access: 'read' as const };
    return { ...(await fixture.handlers['studio.describe']({}, context)), contractHash };
  });
  const server = createFixtureServer(fixture, { 'studio.describe': describe });
  const client = createStudioClient(server.connect, {
    schedule: (delayMs, task) => {
      const timer = setTimeout(task, Math.min(delayMs, 5));
      return () => clearTimeout(timer);
    },
    random: () => 0.5,
  });
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  const reload = vi.fn();
  const stop = reloadOnUpdate(client, { storage, reload });
  const reconnect = async (hash: string): Promise<void> => {
    contractHash = hash;
    const calls = describe.mock.calls.length;
    server.drop();
    await vi.waitFor(() => expect(describe.mock.calls.length).toBeGreaterThan(calls));
    await Promise.resolve();
  };
  return { client, describe, reload, reconnect, stop };
};

it('reloads once when the studio comes back with another contract, and not for the same one', async () => {
  const { client, describe, reload, reconnect, stop } = setUp();
  await vi.waitFor(() => expect(describe).toHaveBeenCalled());
  await reconnect('one');
  expect(reload).not.toHaveBeenCalled();
  await reconnect('two');
  await vi.waitFor(() => expect(reload).toHaveBeenCalledTimes(1));
  await reconnect('two');
  expect(reload).toHaveBeenCalledTimes(1);
  stop();
  client.close();
});
