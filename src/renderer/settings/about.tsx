import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Copyable } from '../components/copyable.tsx';
import { useSend } from '../instances/use-instance-actions.tsx';
import { useCapability } from '../studio-client/host.ts';
import { useStudio } from '../studio-client/queries.ts';
import { formatMoment } from '../text/format.ts';
import { Place } from './place.tsx';
import { Group } from './setting-fields.tsx';
import classes from './settings.module.css';

interface FactProps {
  readonly name: string;
  readonly value: string | null;
  readonly copy?: boolean;
}

const Fact = ({ name, value, copy = false }: FactProps): ReactNode => {
  const { t } = useTranslation();
  return (
    <>
      <dt className={classes.factName}>{name}</dt>
      <dd className={classes.factValue}>
        {value === null ? (
          t('settings.about.off')
        ) : copy ? (
          <Copyable value={value} label={t('frame.actions.copy')}>
            {value}
          </Copyable>
        ) : (
          value
        )}
      </dd>
    </>
  );
};

/** What runs, where it listens and where its files are. */
export const About = (): ReactNode => {
  const { t } = useTranslation();
  const studio = useStudio();
  const send = useSend();
  const canOpen = useCapability('open-path');
  if (studio === undefined) return null;
  const { addresses, dataFolder } = studio;
  return (
    <Group label={t('settings.about.title')}>
      <Place id="about">
        <dl className={classes.facts}>
          <Fact name={t('settings.about.version')} value={`${t('frame.product')} ${studio.version}`} />
          <Fact name={t('settings.about.studio')} value={addresses.studio} copy />
          <Fact name={t('settings.about.gateway')} value={addresses.gateway} copy />
          <Fact name={t('settings.about.dataFolder')} value={dataFolder} copy />
          <Fact name={t('settings.about.platform')} value={studio.platform} />
          <Fact name={t('settings.about.started')} value={formatMoment(studio.startedAt)} />
        </dl>
      </Place>
      {canOpen ? (
        <Button
          variant="default"
          className={classes.ownWidth ?? ''}
          onClick={() => void send('host.openPath', { path: dataFolder })}
        >
          {t('settings.about.openFolder')}
        </Button>
      ) : null}
    </Group>
  );
};
