import { Menu } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { StateGlyph } from '../../components/state-glyph.tsx';
import { presentState } from '../../instances/instance-presentation.ts';
import { useInstances } from '../../studio-client/queries.ts';
import { frame } from '../../theme/tokens.ts';
import classes from './queue.module.css';

interface InstanceChoicesProps {
  /** Null = balanced; undefined = several jobs with different ones. */
  readonly value: string | null | undefined;
  readonly onChoose: (instanceId: string | null) => void;
}

/** Balanced, or one instance. Stands in a menu. */
export const InstanceChoices = ({ value, onChoose }: InstanceChoicesProps): ReactNode => {
  const { t } = useTranslation();
  const instances = useInstances().data?.instances ?? [];
  const tick = (chosen: boolean): ReactNode => (
    <span className={classes.menuTick}>{chosen ? <IconCheck size={frame.iconSmall} aria-hidden /> : null}</span>
  );
  return (
    <div className={classes.menuScroll}>
      <Menu.Item leftSection={tick(value === null)} aria-current={value === null} onClick={() => onChoose(null)}>
        {t('queue.actions.balanced')}
      </Menu.Item>
      {instances.length === 0 ? null : <Menu.Divider />}
      {instances.map((view) => {
        const { id, name } = view.configuration;
        const { shape, colour, word } = presentState(view.state);
        return (
          <Menu.Item
            key={id}
            leftSection={tick(value === id)}
            rightSection={<StateGlyph shape={shape} colour={colour} label={t(`instances.status.${word}`)} />}
            aria-current={value === id}
            onClick={() => onChoose(id)}
          >
            <span className={classes.menuName} title={name}>
              {name}
            </span>
          </Menu.Item>
        );
      })}
    </div>
  );
};
