import { SegmentedControl, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FolderTreatment, MigrationPlan, PlannedFolder, PlannedInstance } from '#contract/models/migration.ts';
import { StateBadge } from '../../components/state-badge.tsx';
import { formatBytes } from '../../text/format.ts';
import type { StateColour } from '../../theme/tokens.ts';
import classes from './plan.module.css';

/** Treatments differ by their words; the tone only groups what stays and what is made. */
const tones: Readonly<Record<FolderTreatment, StateColour>> = {
  referenced: 'stopped',
  shared: 'paused',
  isolated: 'running',
  copied: 'changing',
};

const Path = ({ path }: { readonly path: string }): ReactNode => (
  <div className={classes.path} title={path}>
    {path}
  </div>
);

const Size = ({ folder }: { readonly folder: PlannedFolder }): ReactNode => {
  const { t } = useTranslation();
  if (folder.treatment === 'isolated') return null;
  if (folder.files === null || folder.bytes === null) return t('migration.plan.uncounted');
  return (
    <>
      <div>{formatBytes(folder.bytes)}</div>
      <div className={classes.quiet}>{t('migration.plan.files', { count: folder.files })}</div>
    </>
  );
};

const FolderRow = ({ folder }: { readonly folder: PlannedFolder }): ReactNode => {
  const { t } = useTranslation();
  const { role, treatment, from, to } = folder;
  return (
    <tr>
      <th scope="row">{t(`migration.roles.${role}`)}</th>
      <td>
        <StateBadge colour={tones[treatment]}>{t(`migration.plan.treatments.${treatment}.label`)}</StateBadge>
        <div className={classes.why}>{t(`migration.plan.treatments.${treatment}.means`)}</div>
      </td>
      <td className={classes.pathCell}>
        {treatment === 'copied' && from !== '' ? <Path path={from} /> : null}
        <div className={classes.to}>
          {treatment === 'copied' ? <span aria-hidden>→</span> : null}
          <Path path={to} />
        </div>
      </td>
      <td className={classes.sizeCell}>
        <Size folder={folder} />
      </td>
    </tr>
  );
};

/** One instance at a time: its folders, what becomes of each, and why. */
export const FolderTable = ({ plan }: { readonly plan: MigrationPlan }): ReactNode => {
  const { t } = useTranslation();
  const [shownId, setShownId] = useState<string | null>(null);
  const withFolders = plan.instances.filter(({ folders }) => folders.length > 0);
  const shown: PlannedInstance | undefined = withFolders.find(({ draft }) => draft.id === shownId) ?? withFolders[0];
  if (shown === undefined) return null;
  return (
    <section className={classes.panel} aria-label={t('migration.plan.folders')}>
      <h2 className={classes.title}>{t('migration.plan.folders')}</h2>
      <Text c="dimmed" size="sm">
        {t('migration.plan.foldersMeans')}
      </Text>
      {withFolders.length > 1 ? (
        <SegmentedControl
          className={classes.segments ?? ''}
          size="xs"
          aria-label={t('migration.plan.folders')}
          value={shown.draft.id}
          onChange={setShownId}
          data={withFolders.map(({ draft }) => ({ value: draft.id, label: draft.name }))}
        />
      ) : null}
      <table className={classes.folders} aria-label={t('migration.plan.foldersOf', { name: shown.draft.name })}>
        <thead>
          <tr>
            <th scope="col">{t('migration.plan.folder')}</th>
            <th scope="col">{t('migration.plan.treatment')}</th>
            <td />
            <th scope="col" className={classes.sizeCell}>
              {t('migration.plan.size')}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.folders.map((folder) => (
            <FolderRow key={folder.role} folder={folder} />
          ))}
        </tbody>
      </table>
    </section>
  );
};
