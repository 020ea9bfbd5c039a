import { Button, CloseButton, Group, NumberInput, Select, SimpleGrid, Stack, Text, Textarea } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { batchMaxJobs } from '#contract/models/batch.ts';
import { frame } from '../../theme/tokens.ts';
import { inputKey, type VariableInput } from './batch-lists.ts';
import classes from './run.module.css';
import { seedLimit } from './seed-variation.ts';
import type { BatchList, BatchLists } from './use-batch-lists.ts';

const helpOf = { number: 'numbersMeans', text: 'textMeans', switch: 'switchMeans' } as const;

const SeedFields = ({ list }: { list: BatchList }): ReactNode => {
  const { t } = useTranslation();
  const { draft, change } = list;
  return (
    <SimpleGrid cols={2} spacing="md">
      <NumberInput
        label={t('jobs.run.many.seedCount')}
        min={1}
        max={batchMaxJobs}
        allowDecimal={false}
        thousandSeparator=","
        value={draft.count === 0 ? '' : draft.count}
        onChange={(count) => change({ count: typeof count === 'number' ? count : 0 })}
      />
      <NumberInput
        label={t('jobs.run.many.firstSeed')}
        description={t('jobs.run.many.firstSeedMeans')}
        placeholder={t('jobs.run.many.random')}
        min={0}
        max={seedLimit - batchMaxJobs}
        allowDecimal={false}
        value={draft.first}
        onChange={(first) => change({ first: typeof first === 'number' ? first : '' })}
      />
    </SimpleGrid>
  );
};

const ValueField = ({ list, kind }: { list: BatchList; kind: keyof typeof helpOf }): ReactNode => {
  const { t } = useTranslation();
  const { draft, problem, change } = list;
  const words =
    problem === null ? null : t(`jobs.run.many.${problem.code}`, { part: 'part' in problem ? problem.part : '' });
  return (
    <Textarea
      label={t('jobs.run.many.values')}
      description={t(`jobs.run.many.${helpOf[kind]}`)}
      placeholder={String(list.input.value)}
      autosize
      minRows={2}
      maxRows={8}
      spellCheck={false}
      value={draft.text}
      error={words}
      onChange={({ currentTarget }) => change({ text: currentTarget.value })}
    />
  );
};

const groupsOf = (inputs: readonly VariableInput[]): { group: string; items: { value: string; label: string }[] }[] => {
  const groups = new Map<string, { value: string; label: string }[]>();
  for (const input of inputs) {
    const group = `${input.nodeTitle} (${input.nodeId})`;
    groups.set(group, [...(groups.get(group) ?? []), { value: inputKey(input), label: input.inputName }]);
  }
  return [...groups].map(([group, items]) => ({ group, items }));
};

/** Large graphs have tens of thousands; the rest is found by typing. */
const mostInputs = 200;

interface ListFormProps {
  readonly list: BatchList;
  readonly inputs: readonly VariableInput[];
  readonly label: string;
  readonly onRemove: (() => void) | null;
}

const ListForm = ({ list, inputs, label, onRemove }: ListFormProps): ReactNode => {
  const { t } = useTranslation();
  const { input, draft, change } = list;
  return (
    <Stack gap="sm" className={classes.batchList ?? ''} role="group" aria-label={label}>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <Select
          className={classes.batchInput ?? ''}
          label={label}
          searchable
          limit={mostInputs}
          allowDeselect={false}
          maxDropdownHeight={320}
          value={draft.key}
          data={groupsOf(inputs)}
          onChange={(key) => (key === null ? undefined : change({ key, text: '' }))}
          description={`${input.nodeTitle} · ${t('jobs.run.many.now', { value: String(input.value) })}`}
          classNames={{ description: classes.oneLine ?? '' }}
        />
        {onRemove === null ? null : <CloseButton aria-label={t('jobs.run.many.removeSecond')} onClick={onRemove} />}
      </Group>
      {input.kind === 'seed' ? <SeedFields list={list} /> : <ValueField list={list} kind={input.kind} />}
    </Stack>
  );
};

/** One list of values, or two for a grid. */
export const BatchListsForm = ({ lists }: { lists: BatchLists }): ReactNode => {
  const { t } = useTranslation();
  if (lists.inputs.length === 0) return <Text c="dimmed">{t('jobs.run.many.nothing')}</Text>;
  return (
    <Stack gap="sm">
      {lists.lists.map((list, index) => {
        const others = lists.lists.filter((one) => one !== list).map(({ draft }) => draft.key);
        return (
          <ListForm
            key={index === 0 ? 'first' : 'second'}
            list={list}
            inputs={lists.inputs.filter((input) => !others.includes(inputKey(input)))}
            label={t(index === 0 ? 'jobs.run.many.list' : 'jobs.run.many.secondList')}
            onRemove={index === 0 ? null : lists.removeSecond}
          />
        );
      })}
      {lists.addSecond === null ? null : (
        <Group>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={frame.iconSmall} aria-hidden />}
            onClick={lists.addSecond}
          >
            {t('jobs.run.many.addSecond')}
          </Button>
        </Group>
      )}
    </Stack>
  );
};
