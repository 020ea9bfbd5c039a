import { useServices } from '../../state/app-context.tsx';

interface SystemMessage {
  readonly key: string;
  readonly title: string;
  readonly body: string;
  /** The desktop shows it; else the browser does. */
  readonly byHost: boolean;
}

const longest = { title: 200, body: 500 } as const;

/** Shows a message outside of this window, and does what it is about when it is clicked. */
export const useTellSystem = (): ((message: SystemMessage, onClick: () => void) => void) => {
  const { client } = useServices();
  return ({ key, title, body, byHost }, onClick) => {
    const text = { title: title.slice(0, longest.title), body: body.slice(0, longest.body) };
    if (byHost) {
      void client.call('desktop.notify', text).then(
        ({ clicked }) => {
          if (clicked) onClick();
        },
        // The window has told it already; a desktop without messages is no failure.
        () => undefined,
      );
      return;
    }
    if (!('Notification' in globalThis) || Notification.permission !== 'granted') return;
    // Messages with one tag replace each other, so that there is never more than one of a kind.
    const message = new Notification(text.title, { body: text.body, tag: `atelier:${key}`, silent: true });
    message.addEventListener('click', () => {
      globalThis.focus();
      message.close();
      onClick();
    });
  };
};
