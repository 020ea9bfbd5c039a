import type { ReactNode } from 'react';
export const JobsPage = (): ReactNode => null;
