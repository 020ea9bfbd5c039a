import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import type { SettingId } from './setting-index.ts';
import classes from './settings.module.css';

const route = getRouteApi('/settings');

/** Where one setting stands; the one that was searched for is brought into view, focused and marked. */
export const Place = ({ id, children }: { readonly id: SettingId; readonly children: ReactNode }): ReactNode => {
  const at = route.useSearch({ select: (search) => search.at });
  const element = useRef<HTMLDivElement>(null);
  const isFound = at === id;
  useEffect(() => {
    if (!isFound) return;
    element.current?.scrollIntoView({ block: 'center' });
    element.current?.querySelector<HTMLElement>('input, button, select, textarea, a[href]')?.focus();
  }, [isFound]);
  return (
    <div ref={element} className={classes.place} data-found={isFound || undefined}>
      {children}
    </div>
  );
};
