import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatRoughly } from '../../text/format.ts';
import { Place } from '../place.tsx';
import { Group, NumberSetting, type SettingsPartProps } from '../setting-fields.tsx';
import classes from '../settings.module.css';

/** When an instance counts as healthy, and when it is not started again by itself. */
export const HealthSettings = ({ settings, change }: SettingsPartProps): ReactNode => {
  const { t } = useTranslation();
  const { probeIntervalMs, probeTimeoutMs, unhealthyAfterFailures } = settings;
  // A question that is not answered takes its whole time before the next pause begins to count.
  const silentMs = unhealthyAfterFailures * Math.max(probeIntervalMs, probeTimeoutMs);
  return (
    <>
      <Group label={t('settings.sections.health.title')}>
        <Place id="probe">
          <NumberSetting
            label={t('settings.health.probeSeconds')}
            means={t('settings.health.probeMeans')}
            value={probeIntervalMs / 1000}
            min={1}
            max={60}
            onChange={(seconds) => change({ probeIntervalMs: Math.round(seconds * 1000) })}
          />
        </Place>
        <Place id="timeout">
          <NumberSetting
            label={t('settings.health.timeoutSeconds')}
            means={t('settings.health.timeoutMeans')}
            value={probeTimeoutMs / 1000}
            min={0.5}
            max={60}
            onChange={(seconds) => change({ probeTimeoutMs: Math.round(seconds * 1000) })}
          />
        </Place>
        <Place id="failures">
          <NumberSetting
            label={t('settings.health.failures')}
            means={t('settings.health.failuresMeans')}
            value={unhealthyAfterFailures}
            min={1}
            max={20}
            onChange={(count) => change({ unhealthyAfterFailures: Math.round(count) })}
          />
        </Place>
        <p className={classes.note} role="status">
          {t('settings.health.timeToUnhealthy', { time: formatRoughly(silentMs) })}
        </p>
      </Group>
      <Group>
        <Place id="failed-starts">
          <NumberSetting
            label={t('settings.health.failedStarts')}
            means={t('settings.health.failedStartsMeans')}
            value={settings.giveUpAfterFailedStarts}
            min={1}
            max={20}
            onChange={(count) => change({ giveUpAfterFailedStarts: Math.round(count) })}
          />
        </Place>
        <Place id="exits">
          <NumberSetting
            label={t('settings.health.exits')}
            means={t('settings.health.exitsMeans')}
            value={settings.giveUpAfterExits}
            min={1}
            max={50}
            onChange={(count) => change({ giveUpAfterExits: Math.round(count) })}
          />
        </Place>
      </Group>
    </>
  );
};
