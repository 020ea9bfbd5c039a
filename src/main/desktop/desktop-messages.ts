import { Notification } from 'electron';

/** Messages that stand on the desktop at once; the oldest goes when there are more. */
const mostShown = 4;
const shownForMs = 60_000;

/** Shows messages of the desktop. Answers whether one was clicked; where the system shows none, it was not. */
export const createDesktopMessages = (
  onClick: () => void,
): ((message: { readonly title: string; readonly body: string }, signal: AbortSignal) => Promise<boolean>) => {
  const shown = new Set<Notification>();
  return ({ title, body }, signal) => {
    if (!Notification.isSupported() || signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const message = new Notification({ title, body, silent: true });
      const end = (clicked: boolean): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', away);
        shown.delete(message);
        message.close();
        resolve(clicked);
      };
      const away = (): void => end(false);
      // Not every desktop tells when a message went away.
      const timer = setTimeout(away, shownForMs);
      signal.addEventListener('abort', away);
      message.on('click', () => {
        onClick();
        end(true);
      });
      message.on('close', away);
      shown.add(message);
      const [oldest] = shown;
      if (shown.size > mostShown) oldest?.close();
      message.show();
    });
  };
};
