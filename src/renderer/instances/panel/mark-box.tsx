import { Checkbox } from '@mantine/core';
import { createContext, type ReactNode, useContext } from 'react';
import { useTranslation } from 'react-i18next';
import { StateGlyph } from '../../components/state-glyph.tsx';
import type { StatePresentation } from '../instance-presentation.ts';
import classes from './panel.module.css';
import { type Marking, useIsMarked } from './use-marks.ts';

const MarkContext = createContext<Marking | null>(null);
export const MarkProvider = MarkContext.Provider;

interface MarkBoxProps {
  readonly instanceId: string;
  readonly name: string;
  readonly state: StatePresentation;
}

/** The sign of the state, which gives way to a box to mark the instance while it is pointed at, or any is marked. */
export const MarkBox = ({ instanceId, name, state }: MarkBoxProps): ReactNode => {
  const { t } = useTranslation();
  const marking = useContext(MarkContext);
  const isMarked = useIsMarked(instanceId);
  const glyph = <StateGlyph shape={state.shape} colour={state.colour} />;
  if (marking === null) return glyph;
  return (
    <span className={classes.mark} data-marked={isMarked}>
      <span className={classes.markGlyph}>{glyph}</span>
      <Checkbox
        className={classes.markBox ?? ''}
        size="xs"
        checked={isMarked}
        aria-label={t('instances.marks.mark', { name })}
        onChange={() => undefined}
        onClick={(event) => marking.mark(instanceId, event.shiftKey)}
      />
    </span>
  );
};
