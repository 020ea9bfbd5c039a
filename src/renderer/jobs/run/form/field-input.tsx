import {
  ActionIcon,
  Group,
  NumberInput,
  SegmentedControl,
  Select,
  Switch,
  Textarea,
  TextInput,
  Tooltip,
} from '@mantine/core';
import { IconDice5 } from '@tabler/icons-react';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { type SeedMode, seedModes } from '#contract/models/workflow.ts';
import { formatCount } from '../../../text/format.ts';
import { frame } from '../../../theme/tokens.ts';
import { seedLimit } from '../seed-variation.ts';
import classes from './form.module.css';
import { type FieldProblem, type FieldValue, type FormField } from './form-fields.ts';

export interface FieldInputProps {
  readonly field: FormField;
  readonly value: FieldValue;
  readonly problem: FieldProblem | null;
  /** What a screen reader calls it. */
  readonly label: string;
  readonly seedMode: SeedMode;
  readonly onChange: (value: FieldValue) => void;
  readonly onSeedMode: (mode: SeedMode) => void;
}

const useProblemText = (problem: FieldProblem | null): string | null => {
  const { t } = useTranslation();
  if (problem === null) return null;
  return t(`runForm.problem.${problem.code}`, { limit: 'limit' in problem ? formatCount(problem.limit) : '' });
};

const TextField = ({ field, value, label, onChange }: FieldInputProps): ReactNode => {
  const shared = {
    'aria-label': label,
    value: String(value),
    spellCheck: field.field.isMultiline,
    // Names of files and prefixes in any script.
    dir: 'auto' as const,
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) => onChange(currentTarget.value),
  };
  return field.field.isMultiline || String(value).includes('\n') ? (
    <Textarea {...shared} autosize minRows={2} maxRows={14} />
  ) : (
    <TextInput {...shared} />
  );
};

const NumberField = (props: FieldInputProps): ReactNode => {
  const { field, value, label, problem, onChange } = props;
  const { kind, min, max, step } = field.field;
  const error = useProblemText(problem);
  return (
    <NumberInput
      aria-label={label}
      value={typeof value === 'boolean' ? Number(value) : value}
      // What is wrong is said, and never corrected behind one's back.
      clampBehavior="none"
      allowDecimal={kind === 'number'}
      step={step ?? (kind === 'integer' ? 1 : 0.1)}
      {...(min === null ? {} : { min })}
      {...(max === null ? {} : { max })}
      error={error}
      onChange={onChange}
    />
  );
};

const SeedField = (props: FieldInputProps): ReactNode => {
  const { t } = useTranslation();
  const { field, label, seedMode, onChange, onSeedMode } = props;
  const name = field.inputName;
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start" className={classes.seed ?? ''}>
      <div className={classes.seedNumber}>
        <NumberField {...props} label={label} />
      </div>
      <Tooltip label={t('runForm.seed.roll', { name })}>
        <ActionIcon
          variant="default"
          size="input-sm"
          aria-label={t('runForm.seed.roll', { name })}
          onClick={() => onChange(Math.floor(Math.random() * seedLimit))}
        >
          <IconDice5 size={frame.icon} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <SegmentedControl
        aria-label={t('runForm.seed.mode', { name: label })}
        value={seedMode}
        onChange={(mode) => onSeedMode(seedModes.find((one) => one === mode) ?? 'random')}
        data={(['random', 'increment', 'fixed'] as const).map((mode) => ({
          value: mode,
          label: t(`runForm.seed.${mode}`),
        }))}
      />
    </Group>
  );
};

/** Options in the page at once; the rest is found by typing. */
const mostOptions = 100;

const ChoiceField = ({ field, value, label, problem, onChange }: FieldInputProps): ReactNode => {
  const { t } = useTranslation();
  const error = useProblemText(problem);
  const offered = field.offered ?? [];
  const current = String(value);
  const data = [...new Set(offered.includes(current) ? offered : [current, ...offered])];
  return (
    <Select
      aria-label={label}
      searchable
      allowDeselect={false}
      limit={mostOptions}
      maxDropdownHeight={320}
      value={current}
      data={data}
      error={error}
      nothingFoundMessage={t('runForm.nothingFound')}
      comboboxProps={{ withinPortal: true }}
      onChange={(next) => {
        // A list of numbers takes numbers.
        if (next !== null) onChange(typeof field.initial === 'number' ? Number(next) : next);
      }}
    />
  );
};

const SwitchField = ({ value, label, onChange }: FieldInputProps): ReactNode => {
  const id = useId();
  return (
    <Switch
      id={id}
      aria-label={label}
      checked={value === true || value === 1}
      onChange={({ currentTarget }) => onChange(currentTarget.checked)}
    />
  );
};

/** The control of one field, by its kind. */
export const FieldInput = (props: FieldInputProps): ReactNode => {
  const { field } = props.field;
  if (field.isSeed && field.kind === 'integer') return <SeedField {...props} />;
  switch (field.kind) {
    case 'integer':
    case 'number':
      return <NumberField {...props} />;
    case 'switch':
      return <SwitchField {...props} />;
    case 'choice':
      return props.field.offered === null ? <TextField {...props} /> : <ChoiceField {...props} />;
    case 'text':
    case 'file':
    case 'other':
      return <TextField {...props} />;
  }
};
