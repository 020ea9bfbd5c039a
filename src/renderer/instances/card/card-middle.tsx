import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceExit, InstanceView } from '#contract/models/instance.ts';
import { StateGlyph } from '../../components/state-glyph.tsx';
import { useNow } from '../../state/app-context.tsx';
import { formatAgo, formatDuration } from '../../text/format.ts';
import { presentState } from '../instance-presentation.ts';
import { CardJob } from './card-job.tsx';
import { CardTrouble } from './card-trouble.tsx';
import classes from './instance-card.module.css';

interface NoteProps {
  readonly view: InstanceView;
  readonly title: string;
  readonly means: string;
}

/** A quiet state in two lines. */
const Note = ({ view, title, means }: NoteProps): ReactNode => {
  const { shape, colour } = presentState(view.state);
  return (
    <div className={classes.note}>
      <div className={classes.noteTitle}>
        {shape === 'ring' ? <StateGlyph shape={shape} colour={colour} /> : null}
        {title}
      </div>
      <div className={classes.noteMeans}>{means}</div>
    </div>
  );
};

const StartingNote = ({ view, state }: { view: InstanceView; state: StateOf<'starting'> }): ReactNode => {
  const { t } = useTranslation();
  const now = useNow();
  const means = [
    t('instances.phase.since', { time: formatDuration(now - state.startedAt) }),
    state.attempt > 1 ? t('instances.phase.attempt', { attempt: state.attempt }) : '',
  ];
  return (
    <Note
      view={view}
      title={t(`instances.phase.${state.phase}`)}
      means={means.filter((part) => part !== '').join(' · ')}
    />
  );
};

const StoppingNote = ({ view, state }: { view: InstanceView; state: StateOf<'stopping'> }): ReactNode => {
  const { t } = useTranslation();
  const left = state.deadlineAt - useNow();
  const means = [
    left > 0 ? t('instances.stopStep.deadline', { time: formatDuration(left) }) : '',
    state.thenRestart ? t('instances.stopStep.thenRestart') : '',
  ];
  return (
    <Note
      view={view}
      title={t(`instances.stopStep.${state.step}`)}
      means={means.filter((part) => part !== '').join(' · ')}
    />
  );
};

const useExitSentence = (exit: InstanceExit | null): string => {
  const { t } = useTranslation();
  const now = useNow();
  if (exit === null) return '';
  const time = formatAgo(exit.at, now);
  return exit.signal === null
    ? t('instances.middle.lastExit', { time, code: exit.code ?? '–' })
    : t('instances.middle.lastExitSignal', { time, signal: exit.signal });
};

const StoppedNote = ({ view, state }: { view: InstanceView; state: StateOf<'stopped'> }): ReactNode => {
  const { t } = useTranslation();
  const exit = useExitSentence(state.lastExit);
  if (!view.configuration.enabled) {
    return <Note view={view} title={t('instances.middle.stopped')} means={t('instances.middle.disabledMeans')} />;
  }
  return <Note view={view} title={t('instances.middle.stopped')} means={exit || t('instances.middle.stoppedMeans')} />;
};

type StateOf<Kind extends InstanceView['state']['kind']> = Extract<InstanceView['state'], { kind: Kind }>;

/** The middle of a card: the job, or what the state means. Always the same height. */
export const CardMiddle = ({ view }: { view: InstanceView }): ReactNode => {
  const { state } = view;
  switch (state.kind) {
    case 'ready':
    case 'paused':
      return <CardJob view={view} paused={state.kind === 'paused'} />;
    case 'starting':
      return <StartingNote view={view} state={state} />;
    case 'stopping':
      return <StoppingNote view={view} state={state} />;
    case 'stopped':
      return state.reason === null ? (
        <StoppedNote view={view} state={state} />
      ) : (
        <CardTrouble view={view} reason={state.reason} />
      );
    case 'unresponsive':
      return <CardTrouble view={view} reason={state.reason} since={state.since} />;
    case 'waiting':
      return <CardTrouble view={view} reason={state.reason} restartAt={state.restartAt} attempt={state.attempt} />;
    case 'failed':
      return <CardTrouble view={view} reason={state.reason} />;
  }
};
