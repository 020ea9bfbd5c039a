import {
  Button,
  Input,
  NumberInput,
  Radio,
  SegmentedControl,
  Skeleton,
  Stack,
  Switch,
  Title,
  useMantineColorScheme,
} from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { balancingStrategies, type Settings } from '#contract/models/settings.ts';
import { ErrorPanel } from '../components/error-panel.tsx';
import { useSend } from '../instances/use-instance-actions.tsx';
import { useTopic } from '../studio-client/use-topic.ts';
import { About } from './about.tsx';
import classes from './settings.module.css';

type Change = (changes: Partial<Settings>) => void;

interface GroupProps {
  readonly title: string;
  readonly children: ReactNode;
}

const Group = ({ title, children }: GroupProps): ReactNode => (
  <section className={classes.group} aria-label={title}>
    <Title order={2} mb="md">
      {title}
    </Title>
    <Stack gap="md">{children}</Stack>
  </section>
);

interface NumberSettingProps {
  readonly label: string;
  readonly means: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
}

/** A number that is stored when one leaves the field, not at each key. */
const NumberSetting = ({ label, means, value, min, max, onChange }: NumberSettingProps): ReactNode => {
  const [typed, setTyped] = useState<number | string>(value);
  useEffect(() => setTyped(value), [value]);
  const store = (): void => {
    if (typeof typed === 'number' && typed !== value && typed >= min && typed <= max) onChange(typed);
    else setTyped(value);
  };
  return (
    <NumberInput
      className={classes.number ?? ''}
      label={label}
      description={means}
      min={min}
      max={max}
      value={typed}
      onChange={setTyped}
      onBlur={store}
      onKeyDown={(event) => {
        if (event.key === 'Enter') store();
      }}
    />
  );
};

const Balancing = ({ settings, change }: { settings: Settings; change: Change }): ReactNode => {
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
                <span className={classes.choiceLabel}>{t(`settings.balancing.${strategy}.label`)}</span>
                <span className={classes.choiceMeans}>{t(`settings.balancing.${strategy}.means`)}</span>
              </span>
            </Radio.Card>
          ))}
        </Stack>
      </Radio.Group>
    </Group>
  );
};

const Starting = ({ settings, change }: { settings: Settings; change: Change }): ReactNode => {
  const { t } = useTranslation();
  return (
    <Group title={t('settings.starting.title')}>
      <NumberSetting
        label={t('settings.starting.maxConcurrentStarts')}
        means={t('settings.starting.maxConcurrentStartsMeans')}
        value={settings.maxConcurrentStarts}
        min={1}
        max={64}
        onChange={(maxConcurrentStarts) => change({ maxConcurrentStarts })}
      />
      <NumberSetting
        label={t('settings.starting.startupDelaySeconds')}
        means={t('settings.starting.startupDelayMeans')}
        value={settings.startupDelayMs / 1000}
        min={0}
        max={600}
        onChange={(seconds) => change({ startupDelayMs: Math.round(seconds * 1000) })}
      />
      <Switch
        label={t('settings.starting.stopOnExit')}
        description={t('settings.starting.stopOnExitMeans')}
        checked={settings.stopInstancesOnExit}
        onChange={({ currentTarget }) => change({ stopInstancesOnExit: currentTarget.checked })}
      />
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
  const change: Change = (changes) => void send('settings.update', { changes });
  if (query.data !== undefined) {
    return (
      <>
        <Balancing settings={query.data} change={change} />
        <Starting settings={query.data} change={change} />
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
