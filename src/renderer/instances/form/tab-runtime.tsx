import { SimpleGrid, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { NumberField, SelectField, SwitchField } from './fields.tsx';
import { useInstanceForm } from './form-context.tsx';

/** How it is started, watched and restarted. */
export const TabRuntime = (): ReactNode => {
  const { t } = useTranslation();
  const { form } = useInstanceForm();
  const local = form.values.kind === 'local';
  const sandbox = local && form.values.program === 'sandbox';
  return (
    <Stack gap="md">
      <SwitchField path="enabled" text="enabled" />
      {local ? <SwitchField path="autoStart" text="autoStart" /> : null}
      <SwitchField path="enableQueueMonitoring" text="enableQueueMonitoring" />
      <NumberField path="timeoutSeconds" text="timeoutSeconds" problemField="timeoutMs" step={30} />
      {local ? (
        <SelectField
          path="restartPolicy"
          text="restartPolicy"
          choices={[
            { value: 'never', label: t('instanceForm.fields.restartNever') },
            { value: 'on-failure', label: t('instanceForm.fields.restartOnFailure') },
            { value: 'always', label: t('instanceForm.fields.restartAlways') },
          ]}
        />
      ) : null}
      <SimpleGrid cols={2} spacing="md">
        <NumberField path="freeAfterMinutes" text="freeAfter" problemField="idle.freeAfterMs" step={5} decimals={1} />
        {local ? (
          <NumberField path="stopAfterMinutes" text="stopAfter" problemField="idle.stopAfterMs" step={5} decimals={1} />
        ) : null}
      </SimpleGrid>
      {local ? <SwitchField path="startOnDemand" text="startOnDemand" problemField="idle.startOnDemand" /> : null}
      {sandbox ? (
        <SimpleGrid cols={3} spacing="md">
          <NumberField path="sandboxSpeed" text="sandboxSpeed" problemField="sandbox.speed" step={0.25} decimals={2} />
          <NumberField path="sandboxVramGb" text="sandboxVram" problemField="sandbox.vramBytes" step={4} decimals={1} />
          <NumberField path="sandboxClock" text="sandboxClock" problemField="sandbox.clock" decimals={2} />
        </SimpleGrid>
      ) : null}
    </Stack>
  );
};
