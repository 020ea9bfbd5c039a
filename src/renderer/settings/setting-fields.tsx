import { NumberInput, Stack, Title } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import type { Settings } from '#contract/models/settings.ts';
import classes from './settings.module.css';

/** One group of settings: what they are, and how one is stored. */
export interface SettingsPartProps {
  readonly settings: Settings;
  readonly change: (changes: Partial<Settings>) => void;
}

interface GroupProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** Settings that belong together, under a title. */
export const Group = ({ title, children }: GroupProps): ReactNode => (
  <section className={classes.group} aria-label={title}>
    <Title order={2} mb="md">
      {title}
    </Title>
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
