import type { ReactNode } from 'react';
import { ExportCard } from './export-card.tsx';
import { ImportCard } from './import-card.tsx';

/** Instances out of this studio and into it. */
export const ExchangeSettings = (): ReactNode => (
  <>
    <ImportCard />
    <ExportCard />
  </>
);
