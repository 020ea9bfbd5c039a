import type { ReactNode } from 'react';
export const LogDrawer = (): ReactNode => null;
