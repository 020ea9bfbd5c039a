import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Gpu } from '#contract/models/gpu.ts';
import { shortDeviceName } from '../instances/device-text.ts';
import { formatBytes } from '../text/format.ts';
import classes from './migration.module.css';

/** The cards of this machine, side by side. */
export const GpuList = ({ gpus }: { readonly gpus: readonly Gpu[] }): ReactNode => {
  const { t } = useTranslation();
  if (gpus.length === 0) return null;
  return (
    <ul className={classes.gpus} aria-label={t('migration.welcome.gpus')}>
      {gpus.map((gpu) => (
        <li key={gpu.index}>
          <span>{t('migration.welcome.gpu', { index: gpu.index })}</span>
          <span>{shortDeviceName(gpu.name)}</span>
          {gpu.memoryTotalBytes === null ? null : <span>{formatBytes(gpu.memoryTotalBytes)}</span>}
        </li>
      ))}
    </ul>
  );
};
