import { Button, Code, CopyButton, Text } from '@mantine/core';
import { IconLayoutGrid, IconPlayerPlay } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStudio } from '../../studio-client/queries.ts';
import { frame } from '../../theme/tokens.ts';
import classes from './run.module.css';

/** Where to go from here: a first picture, the instances, and the one address for everything. */
export const NextSteps = (): ReactNode => {
  const { t } = useTranslation();
  const gateway = useStudio()?.addresses.gateway ?? null;
  return (
    <section className={classes.panel} aria-label={t('migration.run.next')}>
      <h2 className={classes.title}>{t('migration.run.next')}</h2>
      <div className={classes.next}>
        <Button
          leftSection={<IconPlayerPlay size={frame.icon} aria-hidden />}
          renderRoot={(props) => <Link to="/run" {...props} />}
        >
          {t('migration.run.openRun')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconLayoutGrid size={frame.icon} aria-hidden />}
          renderRoot={(props) => <Link to="/instances" {...props} />}
        >
          {t('migration.run.openInstances')}
        </Button>
      </div>
      {gateway === null ? null : (
        <div className={classes.gateway}>
          <Text fw={600}>{t('migration.run.gateway')}</Text>
          <div className={classes.address}>
            <Code>{gateway}</Code>
            <CopyButton value={gateway} timeout={1500}>
              {({ copied, copy }) => (
                <Button variant="subtle" size="xs" onClick={copy}>
                  {copied ? t('frame.actions.copied') : t('migration.run.gatewayCopy')}
                </Button>
              )}
            </CopyButton>
          </div>
          <Text c="dimmed" size="sm">
            {t('migration.run.gatewayMeans')}
          </Text>
        </div>
      )}
    </section>
  );
};
