import type { InstanceView } from '#contract/models/instance.ts';
import { type CardAction, cardActions } from '../instance-presentation.ts';

/** What can be done with several instances at once. */
export const bulkActions = ['start', 'stop', 'restart', 'pause', 'resume'] as const;
export type BulkAction = (typeof bulkActions)[number];

/** The actions of a card that an action on many stands for. */
const meanings: Readonly<Record<BulkAction, readonly CardAction[]>> = {
  start: ['start', 'startNow', 'retry'],
  stop: ['stop', 'cancelStart', 'cancelRestart'],
  restart: ['restart'],
  pause: ['pause'],
  resume: ['resume'],
};

/** Those of the instances for which the action makes sense now. */
export const ableTo = (action: BulkAction, views: readonly InstanceView[]): readonly InstanceView[] =>
  views.filter((view) => cardActions(view, null).some((possible) => meanings[action].includes(possible)));

/** The call that does it for one instance. */
export const callOf = (action: BulkAction): `instances.${BulkAction}` => `instances.${action}`;
