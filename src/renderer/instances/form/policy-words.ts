import type { InstanceFormValues } from './form-values.ts';

/** A sentence of `instanceForm.policy` with the facts it names. */
export interface PolicySentence {
  readonly key:
    | 'restartNever'
    | 'restartOnFailure'
    | 'restartAlways'
    | 'idleNothing'
    | 'idleFree'
    | 'idleStop'
    | 'idleFreeThenStop'
    | 'onDemand'
    | 'stopsForGood'
    | 'remote';
  readonly freeMinutes: number;
  readonly stopMinutes: number;
}

type PolicyValues = Pick<
  InstanceFormValues,
  'kind' | 'restartPolicy' | 'freeAfterMinutes' | 'stopAfterMinutes' | 'startOnDemand'
>;

const restartKeys = {
  never: 'restartNever',
  'on-failure': 'restartOnFailure',
  always: 'restartAlways',
} as const satisfies Record<InstanceFormValues['restartPolicy'], PolicySentence['key']>;

/** What happens to an instance that fails or has nothing to do, sentence by sentence. */
export const policySentences = (values: PolicyValues): readonly PolicySentence[] => {
  const freeMinutes = Number(values.freeAfterMinutes);
  const stopMinutes = values.kind === 'remote' ? 0 : Number(values.stopAfterMinutes);
  const say = (key: PolicySentence['key']): PolicySentence => ({ key, freeMinutes, stopMinutes });
  const idle =
    freeMinutes > 0 && stopMinutes > 0
      ? 'idleFreeThenStop'
      : freeMinutes > 0
        ? 'idleFree'
        : stopMinutes > 0
          ? 'idleStop'
          : 'idleNothing';
  if (values.kind === 'remote') return [say('remote'), say(idle)];
  const wakes = values.startOnDemand ? [say('onDemand')] : stopMinutes > 0 ? [say('stopsForGood')] : [];
  return [say(restartKeys[values.restartPolicy]), say(idle), ...wakes];
};
