import { Navigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useInstances } from '../studio-client/queries.ts';
import { isWelcomeDismissed } from './first-run.ts';

/** The first page: the instances, or the welcome where there are none and nobody has said "not now" yet. */
export const StartPage = (): ReactNode => {
  const query = useInstances();
  if (query.data === undefined && query.error === null) return null;
  const isFirst = query.data?.instances.length === 0 && !isWelcomeDismissed(localStorage);
  return <Navigate to={isFirst ? '/welcome' : '/instances'} replace />;
};
