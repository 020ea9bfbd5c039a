import type { ReactNode } from 'react';
export const InstanceDialog = (): ReactNode => null;
