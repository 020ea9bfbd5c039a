import type { App } from 'electron';
import type { Studio } from '../studio/studio.ts';

/**
 * Quits once, after the studio has stopped: instances must not be left behind because the window closed first, or because
 * the wish to quit came while the studio was still starting. Answers whether that wish was told.
 */
export const stopBeforeQuit = (
  app: Pick<App, 'on' | 'quit'>,
  starting: Promise<Pick<Studio, 'stop'>>,
): (() => boolean) => {
  const life = { asked: false, stopped: false };
  const stop = async (): Promise<void> => {
    try {
      const studio = await starting;
      await studio.stop();
    } catch (error) {
      process.stderr.write(`${String(error)}\n`);
    } finally {
      life.stopped = true;
      app.quit();
    }
  };
  app.on('before-quit', (event) => {
    if (life.stopped) return;
    event.preventDefault();
    if (!life.asked) void stop();
    life.asked = true;
  });
  return () => life.asked;
};
