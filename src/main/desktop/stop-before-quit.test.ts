import { EventEmitter } from 'node:events';
import type { App } from 'electron';
import { expect, it, vi } from 'vitest';
import { stopBeforeQuit } from './stop-before-quit.ts';

/** Electron's way to quit: everybody may prevent it, and once nobody does the program is over. */
const createApp = () => {
  const events = new EventEmitter();
  const life = { over: false };
  const quit = (): void => {
    const event = { defaultPrevented: false, preventDefault: () => (event.defaultPrevented = true) };
    events.emit('before-quit', event);
    life.over ||= !event.defaultPrevented;
  };
  return { app: Object.assign(events, { quit }) as unknown as Pick<App, 'on' | 'quit'>, life };
};

it('waits for a studio that is still starting, stops it once, then quits', async () => {
  const { app, life } = createApp();
  const starting = Promise.withResolvers<{ stop: () => Promise<void> }>();
  const stopped = Promise.withResolvers<void>();
  const stop = vi.fn(() => stopped.promise);
  const isQuitting = stopBeforeQuit(app, starting.promise);
  expect(isQuitting()).toBe(false);
  app.quit();
  app.quit();
  expect(isQuitting()).toBe(true);
  starting.resolve({ stop });
  await vi.waitFor(() => expect(stop).toHaveBeenCalledOnce());
  app.quit();
  expect(life.over).toBe(false);
  stopped.resolve();
  await vi.waitFor(() => expect(life.over).toBe(true));
  expect(stop).toHaveBeenCalledOnce();
});

it.each([
  ['the start', () => Promise.reject(new Error('no start'))],
  ['the stop', () => Promise.resolve({ stop: () => Promise.reject(new Error('no stop')) })],
])('quits although %s failed, and says so', async (_what, start) => {
  const { app, life } = createApp();
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  stopBeforeQuit(app, start());
  app.quit();
  await vi.waitFor(() => expect(life.over).toBe(true));
  expect(said).toHaveBeenCalledWith(expect.stringMatching(/no st/));
  said.mockRestore();
});
