import { Menu } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
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
  /** Any other one is to be asked for. */
  readonly onExact: () => void;
}

/** The usual priorities by name, and a way to any other. Stands in a menu. */
export const PriorityChoices = ({ value, onChoose, onExact }: PriorityChoicesProps): ReactNode => {
  const { t } = useTranslation();
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
      <Menu.Item leftSection={<span className={classes.menuTick} />} onClick={onExact}>
        {t('queue.priorities.exact')}
      </Menu.Item>
    </>
  );
};
