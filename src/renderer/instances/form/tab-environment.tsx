import { ActionIcon, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { randomId } from '@mantine/hooks';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { frame } from '../../theme/tokens.ts';
import { useFindings, useInstanceForm } from './form-context.tsx';
import type { EnvironmentRow } from './form-values.ts';
import classes from './instance-form.module.css';

const VariableRow = ({ row, index }: { row: EnvironmentRow; index: number }): ReactNode => {
  const { t } = useTranslation();
  const { form } = useInstanceForm();
  const { error, warning } = useFindings(`environmentVariables.${row.name}`, true);
  return (
    <div>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <TextInput
          {...form.getInputProps(`environment.${index}.name`)}
          className={classes.variable ?? ''}
          classNames={{ input: classes.mono ?? '' }}
          aria-label={t('instanceForm.fields.environmentName')}
          placeholder={t('instanceForm.fields.environmentName')}
          error={error}
          autoComplete="off"
          spellCheck={false}
        />
        <TextInput
          {...form.getInputProps(`environment.${index}.value`)}
          className={classes.variable ?? ''}
          classNames={{ input: classes.mono ?? '' }}
          aria-label={t('instanceForm.fields.environmentValue')}
          placeholder={t('instanceForm.fields.environmentValue')}
          autoComplete="off"
          spellCheck={false}
        />
        <ActionIcon
          className={classes.rowButton ?? ''}
          aria-label={t('instanceForm.fields.environmentRemove', { name: row.name })}
          onClick={() => form.removeListItem('environment', index)}
        >
          <IconTrash size={frame.icon} stroke={1.6} aria-hidden />
        </ActionIcon>
      </Group>
      {warning === null ? null : <span className={classes.warning}>{warning}</span>}
    </div>
  );
};

/** Variables as rows: add, rename, remove. */
export const TabEnvironment = (): ReactNode => {
  const { t } = useTranslation();
  const { form } = useInstanceForm();
  const { environment } = form.values;
  const add = (name: string, value: string): void =>
    form.insertListItem('environment', { key: randomId(), name, value });
  return (
    <Stack gap="sm">
      <Text size="xs" c="dimmed">
        {t('instanceForm.fields.environmentHelp')}
      </Text>
      {environment.length === 0 ? <Text c="dimmed">{t('instanceForm.fields.environmentEmpty')}</Text> : null}
      {environment.map((row, index) => (
        <VariableRow key={row.key} row={row} index={index} />
      ))}
      <Group gap="xs">
        <Button
          variant="default"
          leftSection={<IconPlus size={frame.iconSmall} aria-hidden />}
          onClick={() => add('', '')}
        >
          {t('instanceForm.fields.environmentAdd')}
        </Button>
        {environment.length === 0 ? (
          <Button variant="subtle" color="gray" onClick={() => add('PYTORCH_CUDA_ALLOC_CONF', 'max_split_size_mb:512')}>
            {t('instanceForm.fields.environmentExample')}
          </Button>
        ) : null}
      </Group>
    </Stack>
  );
};
