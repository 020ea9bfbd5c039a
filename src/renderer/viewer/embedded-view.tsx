import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useNotifyError } from '../shell/notify-error.tsx';
import { useServices } from '../state/app-context.tsx';
import classes from './viewer.module.css';

/** What lies above the page: the desktop draws its view over everything of ours, so it makes room for these. */
const overlays = '[data-portal] [role="dialog"], [data-portal] [role="listbox"], [data-portal] [role="menu"]';

/** The place of the page in the desktop window, which draws it there itself. */
export const EmbeddedView = ({ target }: { target: string }): ReactNode => {
  const { t } = useTranslation();
  const { client } = useServices();
  const notifyError = useNotifyError();
  const place = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    let last = '';
    const follow = (): void => {
      const isCovered = document.querySelector(overlays) !== null;
      const { x, y, width, height } = element.getBoundingClientRect();
      const next = isCovered ? 'hidden' : JSON.stringify([x, y, width, height]);
      if (next === last) return;
      last = next;
      const done = isCovered
        ? client.call('viewer.hide', {})
        : client.call('viewer.show', { target, bounds: { x, y, width, height } });
      done.catch(notifyError);
    };
    const resized = new ResizeObserver(follow);
    resized.observe(element);
    const covered = new MutationObserver(follow);
    covered.observe(document.body, { childList: true, subtree: true });
    globalThis.addEventListener('resize', follow);
    follow();
    return () => {
      resized.disconnect();
      covered.disconnect();
      globalThis.removeEventListener('resize', follow);
      client.call('viewer.hide', {}).catch(notifyError);
    };
  }, [client, target, notifyError]);

  return <div ref={place} className={classes.fill} role="img" aria-label={t('viewer.embedded')} />;
};
