import type { InstanceHealth, InstanceState, InstanceView } from '#contract/models/instance.ts';
import type { StateShape } from '../components/state-glyph.tsx';
import type { StateColour } from '../theme/tokens.ts';

/** The key of the word for a state, in texts `instances.status.*`. */
export type StatusWord = 'stopped' | 'starting' | 'running' | 'paused' | 'draining' | 'stopping' | 'error' | 'waiting';

export interface StatePresentation {
  readonly shape: StateShape;
  readonly colour: StateColour;
  readonly word: StatusWord;
}

const presentations: { readonly [Kind in InstanceState['kind']]: StatePresentation } = {
  stopped: { shape: 'hollow', colour: 'stopped', word: 'stopped' },
  starting: { shape: 'ring', colour: 'changing', word: 'starting' },
  ready: { shape: 'disc', colour: 'running', word: 'running' },
  unresponsive: { shape: 'disc', colour: 'running', word: 'running' },
  paused: { shape: 'bars', colour: 'paused', word: 'paused' },
  stopping: { shape: 'ring', colour: 'changing', word: 'stopping' },
  waiting: { shape: 'triangle', colour: 'error', word: 'waiting' },
  failed: { shape: 'triangle', colour: 'error', word: 'error' },
};

/** Shape, colour and word of an instance's state: never the colour alone. */
export const presentState = (state: InstanceState): StatePresentation => presentations[state.kind];

/** As `presentState`, but an instance that only finishes its running jobs says so. */
export const presentInstance = ({ state, draining }: InstanceView): StatePresentation =>
  draining !== null && state.kind === 'ready'
    ? { shape: 'ring', colour: 'changing', word: 'draining' }
    : presentState(state);

/** The colour of a health word (002-B3). */
export const healthColour = (health: InstanceHealth): StateColour => {
  switch (health) {
    case 'healthy':
      return 'running';
    case 'degraded':
      return 'changing';
    case 'unhealthy':
      return 'error';
  }
};

/** The moment since which the instance serves; null when it does not. */
export const readySince = (state: InstanceState): number | null => {
  switch (state.kind) {
    case 'ready':
    case 'unresponsive':
    case 'paused':
      return state.readyAt;
    case 'stopped':
    case 'starting':
    case 'stopping':
    case 'waiting':
    case 'failed':
      return null;
  }
};

/** The version of ComfyUI that a serving instance reported; empty while it is not known. */
export const versionOf = (state: InstanceState): string => {
  switch (state.kind) {
    case 'ready':
    case 'unresponsive':
    case 'paused':
      return state.version;
    case 'stopped':
    case 'starting':
    case 'stopping':
    case 'waiting':
    case 'failed':
      return '';
  }
};

export type CardAction =
  | 'start'
  | 'startNow'
  | 'retry'
  | 'stop'
  | 'cancelStart'
  | 'cancelRestart'
  | 'drainPause'
  | 'drainStop'
  | 'drainRestart'
  | 'free'
  | 'restart'
  | 'pause'
  | 'resume'
  | 'setActive'
  | 'clearActive'
  | 'open'
  | 'logs'
  | 'edit'
  | 'duplicate'
  | 'delete';

const lifeCycleActions = ({ state, configuration, runningJobIds, draining }: InstanceView): CardAction[] => {
  if (draining !== null && state.kind === 'ready') return ['resume', 'stop', 'restart'];
  switch (state.kind) {
    case 'stopped':
      return configuration.enabled ? ['start'] : [];
    case 'starting':
      return ['cancelStart'];
    case 'ready':
      return runningJobIds.length > 0
        ? ['stop', 'pause', 'restart', 'drainPause', 'drainStop', 'drainRestart', 'free']
        : ['stop', 'pause', 'restart', 'free'];
    case 'unresponsive':
      return ['restart', 'stop'];
    case 'paused':
      return runningJobIds.length > 0
        ? ['resume', 'stop', 'restart', 'drainStop', 'drainRestart', 'free']
        : ['resume', 'stop', 'restart', 'free'];
    case 'stopping':
      return [];
    case 'waiting':
      return ['startNow', 'cancelRestart'];
    case 'failed':
      return ['retry'];
  }
};

const remoteActions = ({ state, draining }: InstanceView): CardAction[] => {
  if (draining !== null && state.kind === 'ready') return ['resume'];
  switch (state.kind) {
    case 'ready':
      return ['pause', 'free'];
    case 'paused':
      return ['resume', 'free'];
    case 'stopped':
    case 'starting':
    case 'unresponsive':
    case 'stopping':
    case 'waiting':
    case 'failed':
      return [];
  }
};

/**
 * What can be done with an instance now, most important first (002-A6): start only when stopped, stop when running or
 * paused, set active only when running and healthy and not active already, edit and delete always.
 */
export const cardActions = (view: InstanceView, activeInstanceId: string | null): readonly CardAction[] => {
  const remote = view.configuration.kind === 'remote';
  const active = view.configuration.id === activeInstanceId;
  const activatable = view.status === 'running' && view.health === 'healthy';
  const serves = readySince(view.state) !== null;
  return [
    ...(remote ? remoteActions(view) : lifeCycleActions(view)),
    ...(active ? (['clearActive'] as const) : activatable ? (['setActive'] as const) : []),
    ...(serves ? (['open'] as const) : []),
    ...(remote ? [] : (['logs'] as const)),
    'edit',
    'duplicate',
    'delete',
  ];
};

const lifeCycle: readonly CardAction[] = [
  'start',
  'startNow',
  'retry',
  'resume',
  'stop',
  'cancelStart',
  'cancelRestart',
];

/** Whether an action starts or ends what the instance does, as the one that its state asks for most. */
export const isLifeCycleAction = (action: CardAction): boolean => lifeCycle.includes(action);

/** An instance that the switcher and the Run page offer: running, and not failing its checks (002-D3). */
export const isSelectable = (view: InstanceView): boolean => view.status === 'running' && view.health !== 'unhealthy';
