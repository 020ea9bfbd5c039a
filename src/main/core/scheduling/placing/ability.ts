import type { CandidateRejection } from '#contract/models/placement.ts';
import type { ComboNeed, MissingParts, SchedulingInstance, SchedulingJob } from '../scheduler-interface.ts';

/** Which instances could run a job if they had nothing else to do, and why the others never can. */
export interface Ability {
  /** Positions in the fleet, ascending. */
  readonly able: readonly number[];
  readonly rejections: ReadonlyMap<string, CandidateRejection>;
}

export interface AbilityDependencies {
  readonly missing: (needs: SchedulingJob['needs'], instanceId: string) => MissingParts;
  readonly memoryNeed: (shape: SchedulingJob['shape']) => number | null;
}

export interface Abilities {
  /** The same for all jobs with the same key. */
  keyOf(job: SchedulingJob): string;
  of(job: SchedulingJob, key: string, instances: readonly SchedulingInstance[]): Ability;
}

/** Answers that are kept; when there are more, all are asked for again. */
const keysRemembered = 20_000;

const fleetKeyOf = (instances: readonly SchedulingInstance[]): string =>
  instances
    .map(
      ({ instanceId, enabled, catalogRevision, vramTotalBytes }) =>
        `${instanceId} ${enabled ? '' : 'off'} ${catalogRevision} ${vramTotalBytes ?? ''}`,
    )
    .join('\n');

/** Remembers the answers for as long as the fleet and what is known of it stay the same. */
export const createAbilities = ({ missing, memoryNeed }: AbilityDependencies): Abilities => {
  const missingParts = new Map<string, { readonly revision: number; readonly parts: MissingParts }>();
  const known = new Map<string, Ability>();
  const keys = new WeakMap<SchedulingJob, { readonly need: number | null; readonly key: string }>();
  let fleetKey = '';
  let fleet: readonly SchedulingInstance[] = [];

  const missingOf = ({ needs }: SchedulingJob, { instanceId, catalogRevision }: SchedulingInstance): MissingParts => {
    const key = `${instanceId}\n${needs.key}`;
    const before = missingParts.get(key);
    if (before !== undefined && before.revision === catalogRevision) return before.parts;
    const parts = missing(needs, instanceId);
    if (missingParts.size >= keysRemembered) missingParts.clear();
    missingParts.set(key, { revision: catalogRevision, parts });
    return parts;
  };

  const rejectionOf = (job: SchedulingJob, instance: SchedulingInstance): CandidateRejection | null => {
    const { instanceId } = instance;
    const reject = (
      reason: CandidateRejection['reason'],
      details: CandidateRejection['details'] = {},
    ): CandidateRejection => ({ instanceId, reason, details });
    if (job.requestedInstanceId !== null && job.requestedInstanceId !== instanceId) return reject('not-the-chosen-one');
    const parts = missingOf(job, instance);
    if (parts.classTypes.length > 0) return reject('node-unknown', { classTypes: [...parts.classTypes] });
    if (parts.combos.length > 0) return reject('value-unknown', { values: parts.combos.map((need) => ({ ...need })) });
    const needBytes = memoryNeed(job.shape);
    const { vramTotalBytes } = instance;
    if (needBytes !== null && vramTotalBytes !== null && vramTotalBytes < needBytes)
      return reject('memory-too-small', { vramTotalBytes, needBytes });
    return job.excludedInstanceIds.includes(instanceId) ? reject('excluded') : null;
  };

  /** What a pack's class does not list it may take all the same, but an instance that lists it is surer to. */
  const rejectUnlisted = (
    job: SchedulingJob,
    able: readonly number[],
    instances: readonly SchedulingInstance[],
    rejections: Map<string, CandidateRejection>,
  ): readonly number[] => {
    const unlisted = (position: number): readonly ComboNeed[] => {
      const instance = instances[position];
      return instance === undefined ? [] : missingOf(job, instance).unlisted;
    };
    const enabled = able.filter((position) => instances[position]?.enabled === true);
    const fewest = Math.min(...enabled.map((position) => unlisted(position).length));
    return able.filter((position) => {
      const values = unlisted(position);
      if (values.length <= fewest) return true;
      const instanceId = instances[position]?.instanceId ?? '';
      rejections.set(instanceId, { instanceId, reason: 'value-unknown', details: { values: [...values] } });
      return false;
    });
  };

  const judge = (job: SchedulingJob, instances: readonly SchedulingInstance[]): Ability => {
    const able: number[] = [];
    const rejections = new Map<string, CandidateRejection>();
    for (const [position, instance] of instances.entries()) {
      const rejection = rejectionOf(job, instance);
      if (rejection === null) able.push(position);
      else rejections.set(instance.instanceId, rejection);
    }
    return { able: rejectUnlisted(job, able, instances, rejections), rejections };
  };

  return {
    keyOf: (job) => {
      const need = memoryNeed(job.shape);
      const before = keys.get(job);
      if (before !== undefined && before.need === need) return before.key;
      const parts = [job.needs.key, job.requestedInstanceId ?? '', job.excludedInstanceIds.join(','), need ?? ''];
      const key = parts.join('\n');
      keys.set(job, { need, key });
      return key;
    },
    of: (job, key, instances) => {
      if (instances !== fleet) {
        const next = fleetKeyOf(instances);
        if (next !== fleetKey || known.size > keysRemembered) known.clear();
        fleetKey = next;
        fleet = instances;
      }
      const before = known.get(key);
      if (before !== undefined) return before;
      const ability = judge(job, instances);
      known.set(key, ability);
      return ability;
    },
  };
};
