import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { AreaField } from './fields.tsx';
import { useInstanceForm } from './form-context.tsx';
import { LaunchPreview } from './launch-preview.tsx';

/** Extra arguments and the exact command that comes out. */
export const TabAdvanced = (): ReactNode => {
  const { t } = useTranslation();
  const { form } = useInstanceForm();
  return (
    <Stack gap="md">
      {form.values.kind === 'local' ? (
        <AreaField
          path="extraArgumentsText"
          text="extraArguments"
          problemField="extraArguments"
          placeholder={t('instanceForm.fields.extraArguments.placeholder')}
          mono
        />
      ) : null}
      <LaunchPreview />
    </Stack>
  );
};
