import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDuration } from '../../text/format.ts';
import { NumberField, SwitchField } from './fields.tsx';
import { useInstanceForm } from './form-context.tsx';

/** How it is started and watched. */
export const TabRuntime = (): ReactNode => {
  const { t } = useTranslation();
  const { form } = useInstanceForm();
  const { kind, timeoutMs } = form.values;
  return (
    <Stack gap="md">
      <SwitchField path="enabled" text="enabled" />
      {kind === 'local' ? <SwitchField path="autoStart" text="autoStart" /> : null}
      <SwitchField path="enableQueueMonitoring" text="enableQueueMonitoring" />
      <NumberField
        path="timeoutMs"
        text="timeoutMs"
        step={30_000}
        thousands
        note={
          timeoutMs === '' || timeoutMs < 1000
            ? ''
            : t('instanceForm.fields.timeoutInWords', { time: formatDuration(timeoutMs) })
        }
      />
    </Stack>
  );
};
