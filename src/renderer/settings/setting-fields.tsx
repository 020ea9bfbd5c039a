import { NumberInput, Stack, TagsInput, TextInput, Title } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import type { Settings } from '#contract/models/settings.ts';
import classes from './settings.module.css';

/** One group of settings: what they are, and how one is stored. */
export interface SettingsPartProps {
  readonly settings: Settings;
  readonly change: (changes: Partial<Settings>) => void;
}

interface GroupProps {
  /** Shown above, where a section has several groups. */
  readonly title?: string;
  /** What the group is called where it shows no title of its own. */
  readonly label?: string;
  readonly children: ReactNode;
}

/** Settings that belong together. */
export const Group = ({ title, label = title, children }: GroupProps): ReactNode => (
  <section className={classes.group} {...(label === undefined ? {} : { 'aria-label': label })}>
    {title === undefined ? null : (
      <Title order={3} mb="md">
        {title}
      </Title>
    )}
    <Stack gap="md">{children}</Stack>
  </section>
);

interface NumberSettingProps {
  readonly label: string;
  readonly means: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
}

/** A number that is stored when one leaves the field, not at each key. */
export const NumberSetting = ({ label, means, value, min, max, onChange }: NumberSettingProps): ReactNode => {
  const [typed, setTyped] = useState<number | string>(value);
  useEffect(() => setTyped(value), [value]);
  const store = (): void => {
    if (typeof typed === 'number' && typed !== value && typed >= min && typed <= max) onChange(typed);
    else setTyped(value);
  };
  return (
    <NumberInput
      className={classes.number ?? ''}
      label={label}
      description={means}
      min={min}
      max={max}
      value={typed}
      onChange={setTyped}
      onBlur={store}
      onKeyDown={(event) => {
        if (event.key === 'Enter') store();
      }}
    />
  );
};

interface TextSettingProps {
  readonly label: string;
  readonly means: string;
  readonly value: string;
  readonly placeholder: string;
  /** What is wrong with what is typed, in words; null = it can be stored. */
  readonly problemOf: (typed: string) => string | null;
  /** What the stored value brings with it. */
  readonly warning: string | null;
  readonly onChange: (value: string) => void;
}

/** A text that is stored when one leaves the field and it makes sense; what makes none stays to be corrected. */
export const TextSetting = (props: TextSettingProps): ReactNode => {
  const { label, means, value, placeholder, problemOf, warning, onChange } = props;
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const problem = problemOf(typed);
  const store = (): void => {
    if (problem === null && typed !== value) onChange(typed);
  };
  return (
    <div className={classes.number}>
      <TextInput
        label={label}
        description={means}
        placeholder={placeholder}
        spellCheck={false}
        value={typed}
        error={problem}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        onBlur={store}
        onKeyDown={(event) => {
          if (event.key === 'Enter') store();
          if (event.key === 'Escape') setTyped(value);
        }}
      />
      {warning !== null && problem === null ? <p className={classes.warning}>{warning}</p> : null}
    </div>
  );
};

interface ListSettingProps {
  readonly label: string;
  readonly means: string;
  readonly placeholder: string;
  readonly values: readonly string[];
  readonly maxCount: number;
  readonly onChange: (values: string[]) => void;
}

/** Texts that are stored one by one as they are added and taken away. */
export const ListSetting = ({ label, means, placeholder, values, maxCount, onChange }: ListSettingProps): ReactNode => (
  <TagsInput
    className={classes.number ?? ''}
    label={label}
    description={means}
    placeholder={values.length === 0 ? placeholder : ''}
    acceptValueOnBlur
    splitChars={[',']}
    maxTags={maxCount}
    maxLength={200}
    value={[...values]}
    onChange={onChange}
  />
);
