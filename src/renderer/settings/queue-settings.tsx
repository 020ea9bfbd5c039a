import { Switch } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Place } from './place.tsx';
import { Group, NumberSetting, type SettingsPartProps } from './setting-fields.tsx';

const minuteMs = 60_000;
const gigabyte = 1024 ** 3;

/** Fairness of the queue, its start, and how long ended jobs are kept. */
export const QueueSettings = ({ settings, change }: SettingsPartProps): ReactNode => {
  const { t } = useTranslation();
  return (
    <Group label={t('settings.queue.title')}>
      <Place id="starvation">
        <NumberSetting
          label={t('settings.queue.starvationMinutes')}
          means={t('settings.queue.starvationMeans')}
          value={settings.starvationLimitMs / minuteMs}
          min={1}
          max={1440}
          onChange={(count) => change({ starvationLimitMs: Math.round(count * minuteMs) })}
        />
      </Place>
      <Place id="start-paused">
        <Switch
          label={t('settings.queue.startPaused')}
          description={t('settings.queue.startPausedMeans')}
          checked={settings.startQueuePaused}
          onChange={({ currentTarget }) => change({ startQueuePaused: currentTarget.checked })}
        />
      </Place>
      <Place id="kept-days">
        <NumberSetting
          label={t('settings.queue.keptDays')}
          means={t('settings.queue.keptDaysMeans')}
          value={settings.jobsKeptDays}
          min={1}
          max={3650}
          onChange={(jobsKeptDays) => change({ jobsKeptDays })}
        />
      </Place>
      <Place id="kept-count">
        <NumberSetting
          label={t('settings.queue.keptCount')}
          means={t('settings.queue.keptCountMeans')}
          value={settings.jobsKeptCount}
          min={0}
          max={1_000_000}
          onChange={(jobsKeptCount) => change({ jobsKeptCount })}
        />
      </Place>
    </Group>
  );
};

/** What instances of one machine share: the disk while models load, and its memory. */
export const MemorySettings = ({ settings, change }: SettingsPartProps): ReactNode => {
  const { t } = useTranslation();
  return (
    <Group title={t('settings.memory.title')}>
      <Place id="loads">
        <NumberSetting
          label={t('settings.memory.loads')}
          means={t('settings.memory.loadsMeans')}
          value={settings.maxConcurrentLoads}
          min={0}
          max={64}
          onChange={(maxConcurrentLoads) => change({ maxConcurrentLoads })}
        />
      </Place>
      <Place id="cache-ram">
        <NumberSetting
          label={t('settings.memory.cacheRam')}
          means={t('settings.memory.cacheRamMeans')}
          value={Math.round((settings.cacheRamBudgetBytes / gigabyte) * 10) / 10}
          min={0}
          max={65_536}
          onChange={(count) => change({ cacheRamBudgetBytes: Math.round(count * gigabyte) })}
        />
      </Place>
    </Group>
  );
};

/** How instances are started and ended with the studio. */
export const StartingSettings = ({ settings, change }: SettingsPartProps): ReactNode => {
  const { t } = useTranslation();
  return (
    <Group title={t('settings.starting.title')}>
      <Place id="starts">
        <NumberSetting
          label={t('settings.starting.maxConcurrentStarts')}
          means={t('settings.starting.maxConcurrentStartsMeans')}
          value={settings.maxConcurrentStarts}
          min={1}
          max={64}
          onChange={(maxConcurrentStarts) => change({ maxConcurrentStarts })}
        />
      </Place>
      <Place id="start-delay">
        <NumberSetting
          label={t('settings.starting.startupDelaySeconds')}
          means={t('settings.starting.startupDelayMeans')}
          value={settings.startupDelayMs / 1000}
          min={0}
          max={600}
          onChange={(seconds) => change({ startupDelayMs: Math.round(seconds * 1000) })}
        />
      </Place>
      <Place id="stop-on-exit">
        <Switch
          label={t('settings.starting.stopOnExit')}
          description={t('settings.starting.stopOnExitMeans')}
          checked={settings.stopInstancesOnExit}
          onChange={({ currentTarget }) => change({ stopInstancesOnExit: currentTarget.checked })}
        />
      </Place>
    </Group>
  );
};
