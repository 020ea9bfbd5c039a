import { Button, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlannedConflict } from '#contract/models/migration.ts';
import { StateGlyph, type StateShape } from '../../components/state-glyph.tsx';
import type { StateColour } from '../../theme/tokens.ts';
import { conflictSentences } from '../migration-sentences.ts';
import { useWizard } from '../wizard-context.tsx';
import classes from './plan.module.css';

/** Only the user can settle it, and until then nothing can be carried out. */
export const isOpen = ({ severity, resolution }: PlannedConflict): boolean => severity === 'error' && resolution === '';

const glyphOf = (conflict: PlannedConflict): { readonly shape: StateShape; readonly colour: StateColour } => {
  if (isOpen(conflict)) return { shape: 'triangle', colour: 'error' };
  return conflict.severity === 'info' ? { shape: 'tick', colour: 'running' } : { shape: 'triangle', colour: 'paused' };
};

const Answer = ({ conflict, answer }: { readonly conflict: PlannedConflict; readonly answer: string }): ReactNode => {
  const { t } = useTranslation();
  const change = useWizard((state) => state.change);
  if (isOpen(conflict) && conflict.code === 'models-missing') {
    return (
      <>
        {answer}{' '}
        <Button size="xs" variant="default" onClick={() => change({ acceptMissingModels: true })}>
          {t('migration.plan.acceptMissing')}
        </Button>
      </>
    );
  }
  return answer;
};

const Row = ({ conflict }: { readonly conflict: PlannedConflict }): ReactNode => {
  const { t } = useTranslation();
  const { clash, answer } = conflictSentences(conflict);
  return (
    <li data-open={isOpen(conflict)}>
      <StateGlyph
        {...glyphOf(conflict)}
        label={t(isOpen(conflict) ? 'migration.plan.decide' : 'migration.plan.resolved')}
      />
      <span>
        {clash}{' '}
        <span className={classes.answer}>
          <Answer conflict={conflict} answer={answer} />
        </span>
      </span>
    </li>
  );
};

/** Every clash with what the plan does about it; those that only the user can settle come first. */
export const ConflictList = ({ conflicts }: { readonly conflicts: readonly PlannedConflict[] }): ReactNode => {
  const { t } = useTranslation();
  if (conflicts.length === 0) return <Text c="dimmed">{t('migration.plan.noConflicts')}</Text>;
  const ordered = [...conflicts.filter(isOpen), ...conflicts.filter((conflict) => !isOpen(conflict))];
  return (
    <ul className={classes.conflicts}>
      {ordered.map((conflict) => (
        <Row key={`${conflict.code} ${JSON.stringify(conflict.details)}`} conflict={conflict} />
      ))}
    </ul>
  );
};
