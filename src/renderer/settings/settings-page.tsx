import {
  Badge,
  Button,
  Input,
  Radio,
  SegmentedControl,
  Skeleton,
  Stack,
  Title,
  useMantineColorScheme,
} from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { balancingStrategies, settingsSchema } from '#contract/models/settings.ts';
import { ErrorPanel } from '../components/error-panel.tsx';
import { useSend } from '../instances/use-instance-actions.tsx';
import { useTopic } from '../studio-client/use-topic.ts';
import { About } from './about.tsx';
import { GatewaySettings } from './gateway-settings.tsx';
import { MemorySettings, QueueSettings, StartingSettings } from './queue-settings.tsx';
import { Group, type SettingsPartProps } from './setting-fields.tsx';
import classes from './settings.module.css';

const usualStrategy = settingsSchema.parse({}).balancingStrategy;

const Balancing = ({ settings, change }: SettingsPartProps): ReactNode => {
  const { t } = useTranslation();
  return (
    <Group title={t('settings.balancing.title')}>
      <Radio.Group
        label={t('settings.balancing.label')}
        value={settings.balancingStrategy}
        onChange={(value) => {
          const strategy = balancingStrategies.find((one) => one === value);
          if (strategy !== undefined) change({ balancingStrategy: strategy });
        }}
      >
        <Stack gap="xs" mt="xs">
          {balancingStrategies.map((strategy) => (
            <Radio.Card key={strategy} value={strategy} className={classes.choice ?? ''}>
              <Radio.Indicator />
              <span className={classes.choiceText}>
                <span className={classes.choiceLabel}>
                  {t(`settings.balancing.${strategy}.label`)}
                  {strategy === usualStrategy ? <Badge ml="xs">{t('settings.balancing.recommended')}</Badge> : null}
                </span>
                <span className={classes.choiceMeans}>{t(`settings.balancing.${strategy}.means`)}</span>
              </span>
            </Radio.Card>
          ))}
        </Stack>
      </Radio.Group>
    </Group>
  );
};

const schemes = ['dark', 'light', 'auto'] as const;

const Appearance = (): ReactNode => {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Group title={t('settings.appearance.title')}>
      <Input.Wrapper label={t('settings.appearance.scheme')}>
        <div>
          <SegmentedControl
            aria-label={t('settings.appearance.scheme')}
            value={colorScheme}
            onChange={(value) => {
              const scheme = schemes.find((one) => one === value);
              if (scheme !== undefined) setColorScheme(scheme);
            }}
            data={schemes.map((value) => ({ value, label: t(`settings.appearance.${value}`) }))}
          />
        </div>
      </Input.Wrapper>
    </Group>
  );
};

const StudioSettings = (): ReactNode => {
  const { t } = useTranslation();
  const send = useSend();
  const query = useTopic('settings', { select: (state) => state });
  const change: SettingsPartProps['change'] = (changes) => void send('settings.update', { changes });
  if (query.data !== undefined) {
    return (
      <>
        <Balancing settings={query.data} change={change} />
        <QueueSettings settings={query.data} change={change} />
        <GatewaySettings settings={query.data} change={change} />
        <MemorySettings settings={query.data} change={change} />
        <StartingSettings settings={query.data} change={change} />
      </>
    );
  }
  if (query.error !== null) {
    return (
      <ErrorPanel error={query.error} title={t('settings.failed')}>
        <Button onClick={() => void query.refetch()}>{t('frame.actions.retry')}</Button>
      </ErrorPanel>
    );
  }
  return <Skeleton className={classes.skeleton ?? ''} role="status" aria-label={t('settings.loading')} />;
};

/** Choices for the whole studio; each is stored at once. */
export const SettingsPage = (): ReactNode => {
  const { t } = useTranslation();
  return (
    <div className={classes.page}>
      <Title order={1}>{t('settings.title')}</Title>
      <StudioSettings />
      <Appearance />
      <About />
    </div>
  );
};
