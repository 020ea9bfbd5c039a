import { ActionIcon, Button, MultiSelect, Select, Text, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import type { OfferedFlag } from '#contract/models/instance.ts';
import { frame } from '../../theme/tokens.ts';
import { useInstanceForm } from './form-context.tsx';
import { type GivenArgument, givenArguments, withArgument, withoutArgument } from './given-arguments.ts';
import classes from './instance-form.module.css';

interface ValueProps {
  readonly given: GivenArgument;
  readonly flag: OfferedFlag;
  readonly onChange: (values: readonly string[]) => void;
}

/** The value of one flag, by what it takes. */
const FlagValue = ({ given, flag, onChange }: ValueProps): ReactNode => {
  const { t } = useTranslation();
  const { takesValue, choices, valueName } = flag;
  const label = t('instanceForm.flags.valueOf', { flag: flag.flag });
  const [first = ''] = given.values;
  if (takesValue === 'none') return null;
  if (choices !== null && takesValue === 'many') {
    return (
      <MultiSelect size="xs" aria-label={label} data={[...choices]} value={[...given.values]} onChange={onChange} />
    );
  }
  if (choices !== null) {
    return (
      <Select
        size="xs"
        aria-label={label}
        data={[...choices]}
        value={first === '' ? null : first}
        clearable={takesValue === 'optional'}
        allowDeselect={takesValue === 'optional'}
        placeholder={t('instanceForm.flags.choose')}
        onChange={(value) => onChange(value === null ? [] : [value])}
      />
    );
  }
  return (
    <TextInput
      size="xs"
      aria-label={label}
      classNames={{ input: classes.mono ?? '' }}
      placeholder={valueName.toLowerCase()}
      value={given.values.join(' ')}
      autoComplete="off"
      spellCheck={false}
      onChange={({ currentTarget: { value } }) =>
        onChange(value === '' ? [] : takesValue === 'many' ? value.split(' ') : [value])
      }
    />
  );
};

const suggestionSchema = z.object({ argument: z.string(), suggestion: z.string() });

/** What the check would write instead of an unknown flag. */
const useSuggestion = (name: string): string | null => {
  const { problems } = useInstanceForm();
  for (const { code, details } of problems) {
    const facts = code === 'argument-unknown' ? suggestionSchema.safeParse(details) : null;
    if (facts?.success === true && facts.data.argument === name) return facts.data.suggestion;
  }
  return null;
};

interface RowProps {
  readonly given: GivenArgument;
  readonly flag: OfferedFlag | undefined;
  readonly isKnown: boolean;
  readonly onChange: (changed: Partial<GivenArgument>) => void;
  readonly onRemove: () => void;
}

const GivenRow = ({ given, flag, isKnown, onChange, onRemove }: RowProps): ReactNode => {
  const { t } = useTranslation();
  const suggestion = useSuggestion(given.name);
  const name = given.name === '' ? given.values.join(' ') : given.name;
  return (
    <li className={classes.given}>
      <span className={classes.mono}>{name}</span>
      <span className={classes.givenText}>
        {flag === undefined ? (
          <Text size="xs" {...(isKnown ? { className: classes.warning ?? '' } : { c: 'dimmed' })}>
            {isKnown ? t('instanceForm.flags.unknown') : given.values.join(' ')}
          </Text>
        ) : (
          <Text size="xs" c="dimmed" lineClamp={2} title={flag.help}>
            {flag.help}
          </Text>
        )}
        {suggestion === null ? null : (
          <Button size="compact-xs" variant="default" onClick={() => onChange({ name: suggestion })}>
            {t('instanceForm.flags.use', { flag: suggestion })}
          </Button>
        )}
      </span>
      <span className={classes.givenValue}>
        {flag === undefined ? null : (
          <FlagValue given={given} flag={flag} onChange={(values) => onChange({ values })} />
        )}
      </span>
      <ActionIcon size="sm" aria-label={t('instanceForm.flags.remove', { flag: name })} onClick={onRemove}>
        <IconX size={frame.iconSmall} aria-hidden />
      </ActionIcon>
    </li>
  );
};

/** Each given argument with what it does and a field for its value. */
export const GivenArguments = ({
  line,
  flags,
  isKnown,
  onChange,
}: {
  readonly line: string;
  readonly flags: readonly OfferedFlag[];
  readonly isKnown: boolean;
  readonly onChange: (line: string) => void;
}): ReactNode => {
  const { t } = useTranslation();
  const given = givenArguments(line);
  if (given.length === 0) return null;
  return (
    <ul className={classes.givenList} aria-label={t('instanceForm.flags.givenList')}>
      {given.map((each, position) => (
        <GivenRow
          // biome-ignore lint/suspicious/noArrayIndexKey: the same flag may stand in the line twice
          key={`${position}-${each.name}`}
          given={each}
          flag={flags.find(({ flag }) => flag === each.name)}
          isKnown={isKnown}
          onChange={(changed) => onChange(withArgument(line, position, changed))}
          onRemove={() => onChange(withoutArgument(line, position))}
        />
      ))}
    </ul>
  );
};
