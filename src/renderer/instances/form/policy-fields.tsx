import { SimpleGrid, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { NumberField, SelectField, SwitchField } from './fields.tsx';
import { useInstanceForm } from './form-context.tsx';
import classes from './instance-form.module.css';
import { policySentences } from './policy-words.ts';

/** What is set below, as one would say it. */
const PolicyWords = (): ReactNode => {
  const { t } = useTranslation();
  const { form } = useInstanceForm();
  return (
    <Text className={classes.inWords ?? ''} aria-live="polite">
      {policySentences(form.values)
        .map(({ key, freeMinutes, stopMinutes }) =>
          t(`instanceForm.policy.${key}`, {
            free: t('instanceForm.policy.minutes', { count: freeMinutes }),
            stop: t('instanceForm.policy.minutes', { count: stopMinutes }),
          }),
        )
        .join(' ')}
    </Text>
  );
};

/** What becomes of it when it fails, or has nothing to do. */
export const PolicyFields = (): ReactNode => {
  const { t } = useTranslation();
  const { form } = useInstanceForm();
  const local = form.values.kind === 'local';
  return (
    <Stack gap="md">
      <PolicyWords />
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
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
        <NumberField path="freeAfterMinutes" text="freeAfter" problemField="idle.freeAfterMs" step={5} decimals={1} />
        {local ? (
          <NumberField path="stopAfterMinutes" text="stopAfter" problemField="idle.stopAfterMs" step={5} decimals={1} />
        ) : null}
      </SimpleGrid>
      {local ? <SwitchField path="startOnDemand" text="startOnDemand" problemField="idle.startOnDemand" /> : null}
    </Stack>
  );
};
