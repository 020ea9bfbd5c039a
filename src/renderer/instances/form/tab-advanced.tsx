import { SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ArgumentsField } from './arguments-field.tsx';
import { FolderField } from './fields.tsx';
import { useInstanceForm } from './form-context.tsx';
import classes from './instance-form.module.css';
import { LaunchPreview } from './launch-preview.tsx';
import { PolicyFields } from './policy-fields.tsx';

const folderFields = [
  { path: 'folders.models', text: 'folderModels', usual: 'shared' },
  { path: 'folders.input', text: 'folderInput', usual: 'shared' },
  { path: 'folders.output', text: 'folderOutput', usual: 'own' },
  { path: 'folders.user', text: 'folderUser', usual: 'own' },
  { path: 'folders.temp', text: 'folderTemp', usual: 'own' },
  { path: 'folders.base', text: 'folderBase', usual: 'own' },
] as const;

const Section = ({ title, help, children }: { title: string; help: string; children: ReactNode }): ReactNode => (
  <section className={classes.section} aria-label={title}>
    <div>
      <Title order={4}>{title}</Title>
      <Text size="xs" c="dimmed">
        {help}
      </Text>
    </div>
    {children}
  </section>
);

/** Extra arguments, folders, what happens when it fails or idles, and the exact command that comes out. */
export const TabAdvanced = (): ReactNode => {
  const { t } = useTranslation();
  const { form } = useInstanceForm();
  const local = form.values.kind === 'local';
  return (
    <Stack gap="xl">
      {local ? <ArgumentsField /> : null}
      {local ? (
        <Section title={t('instanceForm.fields.foldersTitle')} help={t('instanceForm.fields.foldersHelp')}>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
            {folderFields.map(({ path, text, usual }) => (
              <FolderField
                key={path}
                path={path}
                text={text}
                placeholder={t(`instanceForm.fields.folderUsual.${usual}`)}
              />
            ))}
          </SimpleGrid>
        </Section>
      ) : null}
      <Section title={t('instanceForm.policy.title')} help={t('instanceForm.policy.help')}>
        <PolicyFields />
      </Section>
      <LaunchPreview />
    </Stack>
  );
};
