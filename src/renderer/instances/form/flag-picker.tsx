import { Badge, Combobox, Group, Highlight, InputBase, Loader, Text, useCombobox } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OfferedFlag, OfferedFlags } from '#contract/models/instance.ts';
import { frame } from '../../theme/tokens.ts';
import { labelOf } from './field-labels.ts';
import { givenArguments } from './given-arguments.ts';
import classes from './instance-form.module.css';

interface FlagPickerProps {
  readonly flags: readonly OfferedFlag[];
  readonly state: OfferedFlags['state'] | 'asking';
  /** The typed line, whose flags are marked. */
  readonly given: string;
  readonly onPick: (flag: OfferedFlag) => void;
}

const groups = [
  'memory',
  'precision',
  'attention',
  'cache',
  'preview',
  'nodes',
  'log',
  'network',
  'folders',
  'other',
] as const satisfies readonly OfferedFlag['group'][];

const words = (search: string): readonly string[] =>
  search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');

const finds = (flag: OfferedFlag, search: string): boolean => {
  const text = `${flag.flag} ${flag.help}`.toLowerCase();
  return words(search).every((word) => text.includes(word));
};

const valueOf = ({ takesValue, valueName, choices }: OfferedFlag): string => {
  if (takesValue === 'none') return '';
  const name = choices === null ? valueName.toLowerCase() || '…' : choices.join('|');
  const many = takesValue === 'many' ? ` …` : '';
  return takesValue === 'one' ? `${name}${many}` : `[${name}${many}]`;
};

const FlagOption = ({ flag, search, isGiven }: { flag: OfferedFlag; search: string; isGiven: boolean }): ReactNode => {
  const { t } = useTranslation();
  const { setBy } = flag;
  const mark =
    setBy === null
      ? isGiven
        ? t('instanceForm.flags.given')
        : ''
      : setBy.kind === 'field'
        ? t('instanceForm.flags.setByField', { field: labelOf(setBy.field, t) })
        : t(setBy.kind === 'studio' ? 'instanceForm.flags.setByStudio' : 'instanceForm.flags.refused');
  return (
    <div className={classes.optionText}>
      <Group gap="xs" justify="space-between" wrap="nowrap">
        <span className={classes.mono}>
          <Highlight component="span" highlight={[...words(search)]} className={classes.flagName ?? ''}>
            {flag.flag}
          </Highlight>{' '}
          <span className={classes.flagValue}>{valueOf(flag)}</span>
        </span>
        {mark === '' ? null : (
          <Badge variant="default" size="sm" className={classes.flagMark ?? ''}>
            {mark}
          </Badge>
        )}
      </Group>
      <Text size="xs" c="dimmed" lineClamp={3}>
        {flag.help}
      </Text>
    </div>
  );
};

/** The install's own flags as a list one can search; those that are set already are there to be seen and not to be picked. */
export const FlagPicker = ({ flags, state, given, onPick }: FlagPickerProps): ReactNode => {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const names = new Set(givenArguments(given).map(({ name }) => name));
  const found = flags.filter((flag) => finds(flag, search));
  const offered = found.filter(({ setBy }) => setBy === null).length;
  const hint = state === 'known' ? t('instanceForm.flags.count', { count: offered }) : t(`instanceForm.flags.${state}`);
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(name) => {
        const flag = flags.find((each) => each.flag === name);
        if (flag !== undefined) onPick(flag);
        setSearch('');
        combobox.closeDropdown();
      }}
    >
      <Combobox.Target>
        <InputBase
          label={t('instanceForm.flags.label')}
          description={hint}
          placeholder={t('instanceForm.flags.placeholder')}
          leftSection={<IconSearch size={frame.iconSmall} aria-hidden />}
          rightSection={state === 'asking' ? <Loader size="xs" /> : null}
          disabled={state !== 'known'}
          value={search}
          autoComplete="off"
          spellCheck={false}
          onFocus={() => combobox.openDropdown()}
          onClick={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            combobox.openDropdown();
            combobox.updateSelectedOptionIndex();
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options aria-label={t('instanceForm.flags.label')} mah="40vh" className={classes.flagOptions ?? ''}>
          {found.length === 0 ? <Combobox.Empty>{t('instanceForm.flags.none')}</Combobox.Empty> : null}
          {groups.map((group) => {
            const own = found.filter((flag) => flag.group === group);
            return own.length === 0 ? null : (
              <Combobox.Group key={group} label={t(`instanceForm.flags.groups.${group}`)}>
                {own.map((flag) => (
                  <Combobox.Option
                    key={flag.flag}
                    value={flag.flag}
                    disabled={flag.setBy !== null || names.has(flag.flag)}
                  >
                    <FlagOption flag={flag} search={search} isGiven={names.has(flag.flag)} />
                  </Combobox.Option>
                ))}
              </Combobox.Group>
            );
          })}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
};
