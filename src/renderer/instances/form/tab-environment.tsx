import { ActionIcon, Autocomplete, Button, Group, Menu, Stack, Text, TextInput } from '@mantine/core';
import { randomId } from '@mantine/hooks';
import { IconChevronDown, IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { frame } from '../../theme/tokens.ts';
import { useFindings, useInstanceForm } from './form-context.tsx';
import type { EnvironmentRow } from './form-values.ts';
import classes from './instance-form.module.css';
import { isKnownVariable, knownVariables } from './known-variables.ts';

const VariableRow = ({ row, index }: { row: EnvironmentRow; index: number }): ReactNode => {
  const { t } = useTranslation();
  const { form } = useInstanceForm();
  const { error, warning } = useFindings(`environmentVariables.${row.name}`, true);
  const { environment } = form.values;
  // Only the last of two rows with one name would be kept.
  const isTwice = row.name !== '' && environment.some((each, other) => other > index && each.name === row.name);
  const taken = environment.map(({ name }) => name);
  return (
    <div>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <Autocomplete
          {...form.getInputProps(`environment.${index}.name`)}
          className={classes.variable ?? ''}
          classNames={{ input: classes.mono ?? '' }}
          aria-label={t('instanceForm.fields.environmentName')}
          placeholder={t('instanceForm.fields.environmentName')}
          data={knownVariables.map(({ name }) => name).filter((name) => name === row.name || !taken.includes(name))}
          error={isTwice ? t('instanceForm.fields.environmentTwice', { name: row.name }) : error}
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
      {isKnownVariable(row.name) ? (
        <Text size="xs" c="dimmed">
          {t(`instanceForm.variables.${row.name}`)}
        </Text>
      ) : null}
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
  const others = knownVariables.filter(({ name }) => environment.every((row) => row.name !== name));
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
        <Menu position="bottom-start">
          <Menu.Target>
            <Button variant="subtle" color="gray" rightSection={<IconChevronDown size={frame.iconSmall} aria-hidden />}>
              {t('instanceForm.fields.environmentKnown')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown className={classes.variables ?? ''}>
            {others.map(({ name, example }) => (
              <Menu.Item key={name} onClick={() => add(name, example)}>
                <span className={classes.mono}>{example === '' ? name : `${name}=${example}`}</span>
                <Text size="xs" c="dimmed">
                  {t(`instanceForm.variables.${name}`)}
                </Text>
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </Group>
    </Stack>
  );
};
