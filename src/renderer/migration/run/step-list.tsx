import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MigrationRun, StepProgress } from '#contract/models/migration.ts';
import { Meter } from '../../components/meter.tsx';
import { StateGlyph, type StateShape } from '../../components/state-glyph.tsx';
import { formatBytes, formatCount } from '../../text/format.ts';
import type { StateColour } from '../../theme/tokens.ts';
import classes from './run.module.css';

const glyphs: Readonly<Record<StepProgress['outcome'], { readonly shape: StateShape; readonly colour: StateColour }>> =
  {
    waiting: { shape: 'hollow', colour: 'stopped' },
    running: { shape: 'ring', colour: 'changing' },
    done: { shape: 'tick', colour: 'running' },
    warning: { shape: 'triangle', colour: 'paused' },
    failed: { shape: 'cross', colour: 'error' },
    skipped: { shape: 'hollow', colour: 'stopped' },
  };

const amountOf = (t: TFunction, { step, done, total, outcome }: StepProgress): string => {
  if (total === 0 || outcome === 'skipped' || (outcome === 'waiting' && done === 0)) return '';
  if (step === 'copy') return t('migration.run.bytes', { done: formatBytes(done), total: formatBytes(total) });
  return total === 1 || outcome === 'done'
    ? ''
    : t('migration.run.count', { done: formatCount(done), total: formatCount(total) });
};

const Step = ({ progress }: { readonly progress: StepProgress }): ReactNode => {
  const { t } = useTranslation();
  const { step, outcome, done, total } = progress;
  const name = t(`migration.run.steps.${step}`);
  return (
    <li data-outcome={outcome} {...(outcome === 'running' ? { 'aria-current': 'step' } : {})}>
      <StateGlyph {...glyphs[outcome]} />
      <span className={classes.stepName}>{name}</span>
      <span className={classes.stepAmount}>{amountOf(t, progress)}</span>
      <span className={classes.stepOutcome}>{t(`migration.run.outcomes.${outcome}`)}</span>
      {outcome === 'running' && total > 0 ? (
        <div className={classes.stepMeter}>
          <Meter kind="progress" label={name} fraction={done / total} />
        </div>
      ) : null}
    </li>
  );
};

/** Every step with how it went; the one under way shows how far it is. */
export const StepList = ({ run }: { readonly run: MigrationRun }): ReactNode => {
  const { t } = useTranslation();
  return (
    <ol className={classes.steps} aria-label={t('migration.run.stepsLabel')}>
      {run.steps.map((progress) => (
        <Step key={progress.step} progress={progress} />
      ))}
    </ol>
  );
};
