import { Button, Code, CopyButton, Group, Stack, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useAnswer } from '../../studio-client/use-call.ts';
import { useInstanceForm } from './form-context.tsx';
import { draftOf } from './form-values.ts';
import classes from './instance-form.module.css';
import { quoteArguments } from './quote-arguments.ts';

const settleMs = 400;

/** The command, its environment and its folder, renewed as one types. */
export const LaunchPreview = (): ReactNode => {
  const { t } = useTranslation();
  const { form, instanceId } = useInstanceForm();
  const [draft] = useDebouncedValue(draftOf(form.values), settleMs);
  const remote = form.values.kind === 'remote';
  const preview = useAnswer('instances.previewLaunch', instanceId === null ? { draft } : { draft, instanceId }, {
    enabled: !remote,
    keepPrevious: true,
  });
  if (remote) return <Text c="dimmed">{t('instanceForm.preview.remote')}</Text>;
  const { data } = preview;
  if (data === undefined || preview.isError) return <Text c="dimmed">{t('instanceForm.preview.unavailable')}</Text>;
  const command = quoteArguments([data.command, ...data.arguments]);
  const environment = Object.entries(data.environment)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs">
        <div>
          <Title order={4}>{t('instanceForm.preview.title')}</Title>
          <Text size="xs" c="dimmed">
            {t('instanceForm.preview.help')}
          </Text>
        </div>
        <CopyButton value={command}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" onClick={copy}>
              {copied ? t('frame.actions.copied') : t('frame.actions.copy')}
            </Button>
          )}
        </CopyButton>
      </Group>
      <Code block className={classes.command ?? ''}>
        {command}
      </Code>
      <Text size="xs" c="dimmed">{`${t('instanceForm.preview.folder')}: ${data.workingFolder}`}</Text>
      {environment === '' ? null : (
        <>
          <Title order={4}>{t('instanceForm.preview.environment')}</Title>
          <Code block className={classes.command ?? ''}>
            {environment}
          </Code>
        </>
      )}
    </Stack>
  );
};
