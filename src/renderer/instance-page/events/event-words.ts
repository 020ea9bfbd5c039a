import type { TFunction } from 'i18next';
import type { InstanceReason } from '#contract/models/instance.ts';
import type { InstanceEventBody } from '#contract/models/instance-event.ts';
import type { StateShape } from '../../components/state-glyph.tsx';
import { describeCode } from '../../text/describe-error.ts';
import { formatDuration, formatList } from '../../text/format.ts';
import type { StateColour } from '../../theme/tokens.ts';
import { fieldName } from '../field-names.ts';

/** An event as a person reads it. */
export interface EventWords {
  readonly shape: StateShape;
  readonly colour: StateColour;
  readonly title: string;
  /** What is known besides, each a sentence. */
  readonly details: readonly string[];
  /** What happened and what to do about it, where something went wrong. */
  readonly cause: { readonly happened: string; readonly means: string; readonly advice: string } | null;
  readonly evidence: readonly string[];
  readonly jobIds: readonly string[];
  readonly moreJobs: number;
}

type Part<Type extends InstanceEventBody['type']> = Extract<InstanceEventBody, { type: Type }>;

const plain: Omit<EventWords, 'title'> = {
  shape: 'hollow',
  colour: 'stopped',
  details: [],
  cause: null,
  evidence: [],
  jobIds: [],
  moreJobs: 0,
};

const causeOf = ({ code, details }: InstanceReason): EventWords['cause'] => {
  const text = describeCode(code, details);
  return { happened: text.happened, means: text.means, advice: text.do };
};

const crashWords = (event: Part<'crashed'>, t: TFunction): EventWords => {
  const { exit, wasReady, ranMs, attempt, reason } = event;
  const ended =
    exit === null
      ? []
      : exit.signal !== null
        ? [t('instanceEvents.detail.exitSignal', { signal: exit.signal })]
        : exit.code !== null
          ? [t('instanceEvents.detail.exitCode', { code: exit.code })]
          : [];
  return {
    ...plain,
    shape: 'triangle',
    colour: 'error',
    title: wasReady ? t('instanceEvents.title.crashed') : t('instanceEvents.title.failedToStart'),
    details: [
      ...(ranMs === null ? [] : [t('instanceEvents.detail.ran', { time: formatDuration(ranMs) })]),
      ...ended,
      attempt === null
        ? t('instanceEvents.detail.givesUp')
        : t('instanceEvents.detail.restarts', { attempt: attempt + 1 }),
    ],
    cause: causeOf(reason),
    evidence: reason.evidence,
  };
};

const lostWords = ({ cause, count, code, jobIds }: Part<'jobs-lost'>, t: TFunction): EventWords => {
  const isAskedFor = cause === 'stopped' || cause === 'rebooted';
  const common = { ...plain, jobIds, moreJobs: count - jobIds.length };
  return isAskedFor
    ? {
        ...common,
        title: t('instanceEvents.title.jobsGivenUp', { count }),
        details: [t('instanceEvents.detail.jobsGivenUpMean')],
      }
    : {
        ...common,
        shape: 'triangle',
        colour: 'paused',
        title: t('instanceEvents.title.jobsLost', { count }),
        details: [describeCode(code).happened, t('instanceEvents.detail.jobsMean')],
      };
};

const drainingTitles = {
  pause: 'instanceEvents.title.drainingPause',
  stop: 'instanceEvents.title.drainingStop',
  restart: 'instanceEvents.title.drainingRestart',
} as const;

const troubleWords = (event: Part<'hung' | 'unresponsive' | 'warned'>, t: TFunction): EventWords => ({
  ...plain,
  shape: 'triangle',
  colour: event.type === 'hung' ? 'error' : 'paused',
  title: t(`instanceEvents.title.${event.type}`),
  details: event.type === 'hung' ? [t('instanceEvents.detail.killed')] : [],
  cause: causeOf(event.reason),
  evidence: event.reason.evidence,
});

const changing = { ...plain, shape: 'ring', colour: 'changing' } as const;
const running = { ...plain, shape: 'disc', colour: 'running' } as const;
const pausing = { ...plain, shape: 'bars', colour: 'paused' } as const;

const stoppedWords = ({ by, ranMs }: Part<'stopped'>, t: TFunction): EventWords => ({
  ...plain,
  title: t('instanceEvents.title.stopped', { by: t(`instanceEvents.by.${by}`) }),
  details: ranMs === null ? [] : [t('instanceEvents.detail.ran', { time: formatDuration(ranMs) })],
});

const readyWords = ({ tookMs, version }: Part<'ready'>, t: TFunction): EventWords => ({
  ...running,
  title:
    tookMs === null
      ? t('instanceEvents.title.readyNow')
      : t('instanceEvents.title.ready', { time: formatDuration(tookMs) }),
  details: version === '' ? [] : [t('instanceEvents.detail.version', { version })],
});

const configuredWords = ({ fields, restartNeeded }: Part<'configured'>, t: TFunction): EventWords => ({
  ...plain,
  title: t('instanceEvents.title.configured'),
  details: [
    t('instanceEvents.detail.fields', { fields: formatList(fields.map((field) => fieldName(field, t))) }),
    ...(restartNeeded ? [t('instanceEvents.detail.restartNeeded')] : []),
  ],
});

/** What happened, in words, with the shape and colour of the state that it led to. */
export const eventWords = (event: InstanceEventBody, t: TFunction): EventWords => {
  switch (event.type) {
    case 'created':
    case 'removed':
      return { ...plain, title: t(`instanceEvents.title.${event.type}`) };
    case 'started': {
      const { attempt } = event;
      const by = t(`instanceEvents.by.${event.by}`);
      const title =
        attempt > 1
          ? t('instanceEvents.title.startedAgain', { by, attempt })
          : t('instanceEvents.title.started', { by });
      return { ...changing, title };
    }
    case 'ready':
      return readyWords(event, t);
    case 'adopted': {
      const { pid } = event;
      const details = pid === null ? [] : [t('instanceEvents.detail.pid', { pid })];
      return { ...running, title: t('instanceEvents.title.adopted'), details };
    }
    case 'stopped':
      return stoppedWords(event, t);
    case 'restarting':
      return { ...changing, title: t('instanceEvents.title.restarting', { by: t(`instanceEvents.by.${event.by}`) }) };
    case 'crashed':
      return crashWords(event, t);
    case 'hung':
    case 'unresponsive':
    case 'warned':
      return troubleWords(event, t);
    case 'recovered':
      return {
        ...running,
        title: t('instanceEvents.title.recovered', { time: formatDuration(event.silentMs) }),
      };
    case 'paused':
      return { ...pausing, title: t('instanceEvents.title.paused', { by: t(`instanceEvents.by.${event.by}`) }) };
    case 'resumed':
      return { ...running, title: t('instanceEvents.title.resumed', { by: t(`instanceEvents.by.${event.by}`) }) };
    case 'draining':
      return { ...changing, title: t(drainingTitles[event.goal]) };
    case 'jobs-lost':
      return lostWords(event, t);
    case 'configured':
      return configuredWords(event, t);
  }
};

/** Something that nobody wanted. */
export const isProblem = (event: InstanceEventBody): boolean => {
  switch (event.type) {
    case 'crashed':
    case 'hung':
    case 'unresponsive':
    case 'warned':
      return true;
    case 'jobs-lost':
      return event.cause === 'crashed' || event.cause === 'hung';
    case 'created':
    case 'removed':
    case 'started':
    case 'ready':
    case 'adopted':
    case 'stopped':
    case 'restarting':
    case 'recovered':
    case 'paused':
    case 'resumed':
    case 'draining':
    case 'configured':
      return false;
  }
};
