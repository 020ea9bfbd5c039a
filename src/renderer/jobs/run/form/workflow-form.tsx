import { Button, Collapse, Group, Skeleton, Stack, Text, TextInput, Title, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronRight, IconSearch } from '@tabler/icons-react';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { frame } from '../../../theme/tokens.ts';
import type { InputUploads } from '../use-input-uploads.ts';
import { FieldRow } from './field-row.tsx';
import classes from './form.module.css';
import type { FormField, FormGroup } from './form-fields.ts';
import { GroupList } from './group-list.tsx';
import type { RunForm } from './use-run-form.ts';

interface WorkflowFormProps {
  readonly form: RunForm;
  readonly uploads: InputUploads;
}

const matches = (group: FormGroup, field: FormField, words: readonly string[]): boolean => {
  const text = [group.title, group.classTitle, group.nodeId, field.inputName, field.field.label, String(field.initial)]
    .join('\n')
    .toLowerCase();
  return words.every((word) => text.includes(word));
};

const findFields = (groups: readonly FormGroup[], search: string): readonly FormGroup[] => {
  const words = search.toLowerCase().split(/\s+/u).filter(Boolean);
  if (words.length === 0) return groups;
  return groups.flatMap((group): readonly FormGroup[] => {
    const fields = group.fields.filter((field) => matches(group, field, words));
    return fields.length === 0 ? [] : [{ ...group, fields }];
  });
};

/** Every field, folded by node; unfolds what a search finds. */
const AllFields = ({ form, uploads }: WorkflowFormProps): ReactNode => {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const wanted = useDeferredValue(search);
  const found = findFields(form.groups, wanted);
  return (
    <Stack gap="xs">
      <TextInput
        leftSection={<IconSearch size={frame.iconSmall} aria-hidden />}
        placeholder={t('runForm.search')}
        aria-label={t('runForm.search')}
        value={search}
        onChange={({ currentTarget }) => setSearch(currentTarget.value)}
      />
      {found.length === 0 ? (
        <Text c="dimmed" size="sm" role="status">
          {t('runForm.noMatch')}
        </Text>
      ) : (
        <GroupList form={form} uploads={uploads} groups={found} isSearch={wanted.trim() !== ''} />
      )}
    </Stack>
  );
};

/** What somebody may change before a run: pinned fields on top, all others folded below. */
export const WorkflowForm = ({ form, uploads }: WorkflowFormProps): ReactNode => {
  const { t } = useTranslation();
  const [open, { toggle }] = useDisclosure(false);
  const pinned = new Set(form.pinned.map(({ key }) => key));
  if (form.isLoading) {
    return (
      <Stack gap="sm" aria-busy aria-label={t('runForm.loading')}>
        <Skeleton className={classes.skeletonText ?? ''} />
        <Skeleton className={classes.skeletonText ?? ''} />
        <Skeleton className={classes.skeletonLine ?? ''} />
      </Stack>
    );
  }
  if (form.fields.length === 0) return <Text c="dimmed">{t('runForm.noFields')}</Text>;
  const fields = t('runForm.fields', { count: form.fields.length });
  const nodes = t('runForm.nodes', { count: form.groups.length });
  return (
    <section aria-label={t('runForm.title')}>
      <div className={classes.grid}>
        {form.pinned.map((field) => (
          <FieldRow
            key={field.key}
            formKey={form.key}
            field={field}
            actions={form.actions}
            uploads={uploads}
            seedMode={form.seeds[field.key] ?? 'random'}
            isPinned={pinned.has(field.key)}
            isAlone
          />
        ))}
      </div>
      <Group justify="space-between" gap="sm" mt="sm">
        <UnstyledButton className={classes.fold ?? ''} onClick={toggle} aria-expanded={open}>
          <IconChevronRight size={frame.iconSmall} className={classes.chevron} data-open={open} aria-hidden />
          <Title order={4}>{t('runForm.all')}</Title>
          <Text c="dimmed" size="xs" span>
            {t('runForm.allCount', { fields, nodes })}
          </Text>
        </UnstyledButton>
        {form.changed === 0 ? null : (
          <Button size="compact-xs" variant="subtle" color="gray" onClick={form.reset}>
            {`${t('runForm.changed', { count: form.changed })} · ${t('runForm.reset')}`}
          </Button>
        )}
      </Group>
      <Collapse expanded={open}>{open ? <AllFields form={form} uploads={uploads} /> : null}</Collapse>
    </section>
  );
};
