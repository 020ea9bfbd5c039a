import { Button, Group, Menu, NumberInput } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { frame } from '../../theme/tokens.ts';
import classes from './queue.module.css';

const presets = [
  { name: 'urgent', value: 100 },
  { name: 'high', value: 50 },
  { name: 'normal', value: 0 },
  { name: 'low', value: -50 },
  { name: 'last', value: -100 },
] as const;

interface PriorityChoicesProps {
  /** Null when several jobs have different ones. */
  readonly value: number | null;
  readonly onChoose: (priority: number) => void;
}

/** The usual priorities by name, and any number from -100 to 100. Stands in a menu. */
export const PriorityChoices = ({ value, onChoose }: PriorityChoicesProps): ReactNode => {
  const { t } = useTranslation();
  const [exact, setExact] = useState<number | string>(value ?? 0);
  const valid = typeof exact === 'number' && Number.isInteger(exact) && exact >= -100 && exact <= 100;
  const set = (): void => {
    if (valid) onChoose(exact);
  };
  return (
    <>
      {presets.map((preset) => (
        <Menu.Item
          key={preset.name}
          leftSection={
            <span className={classes.menuTick}>
              {value === preset.value ? <IconCheck size={frame.iconSmall} aria-hidden /> : null}
            </span>
          }
          rightSection={<span className={classes.menuFigure}>{preset.value}</span>}
          aria-current={value === preset.value}
          onClick={() => onChoose(preset.value)}
        >
          {t(`queue.priorities.${preset.name}`)}
        </Menu.Item>
      ))}
      <Menu.Divider />
      <Group gap="xs" wrap="nowrap" px="xs" py="xs">
        <NumberInput
          size="sm"
          className={classes.menuNumber ?? ''}
          aria-label={t('queue.priorities.exactLabel')}
          min={-100}
          max={100}
          allowDecimal={false}
          value={exact}
          onChange={setExact}
          onKeyDown={(event) => {
            // The menu moves between its entries by the arrow keys; here they count.
            event.stopPropagation();
            if (event.key === 'Enter') set();
          }}
        />
        <Button size="sm" variant="default" disabled={!valid} onClick={set}>
          {t('queue.priorities.set')}
        </Button>
      </Group>
    </>
  );
};
