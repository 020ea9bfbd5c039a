import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MigrationPlan } from '#contract/models/migration.ts';
import { StateGlyph } from '../../components/state-glyph.tsx';
import { formatList } from '../../text/format.ts';
import classes from './plan.module.css';

const placesOf = (plan: MigrationPlan): readonly string[] => {
  const bases = plan.instances.flatMap(({ folders }) => folders.filter(({ role }) => role === 'base'));
  return [...new Set(bases.map(({ from }) => from))].filter((path) => path !== '');
};

const sharedOf = (plan: MigrationPlan): readonly string[] => {
  const folders = plan.instances.flatMap((instance) => instance.folders);
  return [...new Set(folders.filter(({ treatment }) => treatment === 'shared').map(({ to }) => to))];
};

/** What happens to the old place: nothing, or what is shared on purpose. */
export const PlanPromise = ({ plan }: { readonly plan: MigrationPlan }): ReactNode => {
  const { t } = useTranslation();
  const places = placesOf(plan);
  const shared = sharedOf(plan);
  if (places.length === 0) return null;
  return (
    <section className={classes.promise}>
      <StateGlyph shape="tick" colour="running" />
      <div>
        <Text fw={600}>{t('migration.plan.changesNothing')}</Text>
        <Text size="sm" className={classes.wrapping ?? ''}>
          {t('migration.plan.changesNothingMeans', { places: formatList(places) })}
        </Text>
        {shared.length === 0 ? null : (
          <Text size="sm" className={classes.wrapping ?? ''}>
            {t('migration.plan.changesShared', { places: formatList(shared) })}
          </Text>
        )}
      </div>
    </section>
  );
};
