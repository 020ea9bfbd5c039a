import { Button, PasswordInput, SimpleGrid, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSend } from '../use-instance-actions.tsx';
import { AreaField, FolderField, NumberField, SegmentField, SelectField, TextField } from './fields.tsx';
import { useInstanceForm } from './form-context.tsx';
import { TemplateCards } from './template-cards.tsx';

const firstPort = 8188;
const lastPort = 65_535;

/** Asks for a free port: the next one where the present one is free already, so that a click always offers another. */
const SuggestPort = (): ReactNode => {
  const { t } = useTranslation();
  const { form } = useInstanceForm();
  const send = useSend();
  const suggest = async (): Promise<void> => {
    const { port } = form.values;
    const from = port === '' || port < 1 || port > lastPort ? firstPort : port;
    const first = await send('instances.suggestPort', { from });
    if (first === undefined) return;
    const next =
      first.port === port && port < lastPort ? await send('instances.suggestPort', { from: port + 1 }) : first;
    form.setFieldValue('port', (next ?? first).port);
    form.setTouched((touched) => ({ ...touched, port: true }));
  };
  return (
    <Button size="xs" variant="subtle" color="gray" mr="xs" onClick={() => void suggest()}>
      {t('instanceForm.fields.port.suggest')}
    </Button>
  );
};

const Credentials = (): ReactNode => {
  const { t } = useTranslation();
  const { form, instanceId } = useInstanceForm();
  const { authenticationType } = form.values;
  const word = authenticationType === 'basic' ? 'password' : 'token';
  return (
    <>
      <SelectField
        path="authenticationType"
        text="authentication"
        problemField="authentication.type"
        choices={[
          { value: 'none', label: t('instanceForm.fields.authenticationNone') },
          { value: 'bearer', label: t('instanceForm.fields.authenticationBearer') },
          { value: 'basic', label: t('instanceForm.fields.authenticationBasic') },
        ]}
      />
      {authenticationType === 'none' ? null : (
        <SimpleGrid cols={{ base: 1, xs: authenticationType === 'basic' ? 2 : 1 }} spacing="md">
          {authenticationType === 'basic' ? (
            <TextField path="username" text="username" problemField="authentication.username" required />
          ) : null}
          <PasswordInput
            {...form.getInputProps('secret')}
            label={t(`instanceForm.fields.${word}.label`)}
            description={t(`instanceForm.fields.${word}.help`)}
            placeholder={instanceId === null ? '' : t('instanceForm.fields.secretKept')}
            autoComplete="new-password"
          />
        </SimpleGrid>
      )}
    </>
  );
};

const LocalFields = (): ReactNode => {
  const { t } = useTranslation();
  const { form } = useInstanceForm();
  return (
    <>
      <SegmentField
        path="program"
        text="program"
        choices={[
          { value: 'comfyui', label: t('instanceForm.fields.programComfyui') },
          { value: 'sandbox', label: t('instanceForm.fields.programSandbox') },
        ]}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
        <TextField path="host" text="host" mono />
        <NumberField path="port" text="port" required rightSection={<SuggestPort />} />
      </SimpleGrid>
      {form.values.program === 'sandbox' ? null : (
        <>
          <FolderField
            path="comfyuiFolder"
            text="comfyuiFolder"
            placeholder={t('instanceForm.fields.comfyuiFolder.placeholder')}
          />
          <TextField
            path="pythonPath"
            text="pythonPath"
            placeholder={t('instanceForm.fields.pythonPath.placeholder')}
            mono
          />
        </>
      )}
    </>
  );
};

/** Name, where it runs, address, and what is started. */
export const TabBasic = (): ReactNode => {
  const { t } = useTranslation();
  const { form, isBlank } = useInstanceForm();
  return (
    <Stack gap="md">
      {isBlank ? <TemplateCards /> : null}
      <TextField path="name" text="name" placeholder={t('instanceForm.fields.name.placeholder')} required autoFocus />
      <SegmentField
        path="kind"
        text="kind"
        choices={[
          { value: 'local', label: t('instanceForm.fields.kindLocal') },
          { value: 'remote', label: t('instanceForm.fields.kindRemote') },
        ]}
      />
      {form.values.kind === 'remote' ? (
        <>
          <TextField path="url" text="url" placeholder={t('instanceForm.fields.url.placeholder')} required mono />
          <Credentials />
        </>
      ) : (
        <LocalFields />
      )}
      <AreaField path="description" text="description" />
    </Stack>
  );
};
