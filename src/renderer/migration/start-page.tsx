import { Navigate, useRouterState } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useInstances } from '../studio-client/queries.ts';
import { useTopic } from '../studio-client/use-topic.ts';
import { isWelcomeDismissed } from './first-run.ts';

/**
 * The first page: the instances, or the welcome where there are none and nobody has said "not now" yet. A migration that a studio left in
 * the middle comes before both, since only the user can say whether it goes on.
 */
export const StartPage = (): ReactNode => {
  const instances = useInstances();
  const migration = useTopic('migration', { select: (state) => state });
  // While the page that somebody went on to meanwhile still loads, this one is here, and must not lead elsewhere.
  const isLeft = useRouterState({ select: ({ location }) => location.pathname !== '/' });
  const isWaiting = (instances.data === undefined && instances.error === null) || migration.isPending;
  if (isLeft || isWaiting) return null;
  const run = migration.data ?? null;
  if (run?.state === 'interrupted') return <Navigate to="/migration" search={{ run: run.id }} replace />;
  const isFirst = instances.data?.instances.length === 0 && !isWelcomeDismissed(localStorage);
  return <Navigate to={isFirst ? '/welcome' : '/instances'} replace />;
};
