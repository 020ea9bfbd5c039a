import type { MigrationPlan, PlannedConflict } from '#contract/models/migration.ts';
import { textHash } from '../../shared/text-hash.ts';
import { chooseSources, legacyOf } from './choose-sources.ts';
import { editInstances, withoutSettled } from './edit-instances.ts';
import { giveNames } from './give-names.ts';
import { givePorts } from './give-ports.ts';
import { placeOnGpus } from './place-on-gpus.ts';
import { type PlanFacts, planConflict, takeOverPort } from './plan-facts.ts';
import { copySize } from './plan-folders.ts';
import { type PlacedInstance, planInstance } from './plan-instance.ts';
import { sharedFolderConflicts } from './shared-folders.ts';

/** The studio and ComfyUI write too while a copy runs. */
const spareBytes = 512 * 1024 ** 2;

const spaceConflicts = (
  plan: Pick<MigrationPlan, 'copiedBytes' | 'freeBytes'>,
  uncounted: readonly string[],
): readonly PlannedConflict[] => {
  const { copiedBytes, freeBytes } = plan;
  const neededBytes = copiedBytes + Math.min(spareBytes, copiedBytes);
  const conflicts: PlannedConflict[] = [];
  if (freeBytes !== null && copiedBytes > 0 && freeBytes < neededBytes) {
    const message = `The copies need ${neededBytes} bytes, ${freeBytes} are free. Copy less, or make room.`;
    conflicts.push(planConflict('no-space', 'error', '', { message, details: { neededBytes, freeBytes } }));
  }
  if (uncounted.length > 0) {
    const message = `How much ${uncounted.join(', ')} holds could not be counted in time; the space is checked again before the copy.`;
    conflicts.push(
      planConflict('copy-size-unknown', 'warning', 'kept-as-it-is', { message, details: { paths: uncounted } }),
    );
  }
  return conflicts;
};

/** The gateway takes a port over from a ComfyUI, an instance or nobody; any other program keeps it. */
const gatewayConflicts = (facts: PlanFacts): readonly PlannedConflict[] => {
  const { choices, gatewayPort, takeOverState, existing, findings } = facts;
  if (!choices.takeOverPort || gatewayPort === takeOverPort || takeOverState.free) return [];
  const isInstance = existing.some(({ kind, port }) => kind === 'local' && port === takeOverPort);
  const isComfyui = findings.some(({ candidates }) =>
    candidates.some(({ port, runningPid, url }) => port === takeOverPort && (runningPid !== null || url !== '')),
  );
  if (isInstance || isComfyui) return [];
  const { pid = null, name = null } = takeOverState.owner ?? {};
  const message = `Port ${takeOverPort} belongs to ${name ?? 'another program'}; the gateway cannot take it over.`;
  return [planConflict('gateway-port-foreign', 'error', '', { message, details: { port: takeOverPort, pid, name } })];
};

/** Details of a plan that change by themselves and do not make it another plan. */
const hashOf = (plan: Omit<MigrationPlan, 'id'>): string => {
  const conflicts = plan.conflicts.map(({ code, resolution, severity, details }) => ({
    code,
    resolution,
    severity,
    details: { ...details, freeBytes: null },
  }));
  const text = JSON.stringify({ ...plan, freeBytes: null, conflicts });
  return textHash(text) + textHash(`${text}.`);
};

const blocks = ({ severity, resolution }: PlannedConflict): boolean => severity === 'error' && resolution === '';

/**
 * What would become of what was found. A pure function: the same facts give the same plan, with the same id, so that a plan can be made
 * again right before it is carried out and compared.
 */
export const planMigration = (facts: PlanFacts): MigrationPlan => {
  const sources = chooseSources(facts);
  const legacy = legacyOf(sources.made);
  const placed = placeOnGpus(sources.made, legacy, facts);
  const ports = givePorts(placed.made, facts);
  const names = giveNames(placed.made, legacy, facts);
  const planned = placed.made.flatMap((each) => {
    const named = names.made.get(each);
    if (named === undefined) return [];
    const isLegacy = each.source === legacy && !each.isFurther;
    const instance: PlacedInstance = { placed: each, named, port: ports.made.get(each) ?? null, isLegacy };
    return [planInstance(instance, facts)];
  });
  const edited = editInstances(
    planned.map(({ made }) => made),
    facts,
  );
  const instances = edited.made;
  const copies = copySize(instances.flatMap(({ folders }) => folders));
  const size = { copiedFiles: copies.files, copiedBytes: copies.bytes, freeBytes: facts.freeBytes };
  const nothing =
    instances.length === 0
      ? [planConflict('nothing-to-do', 'error', '', { message: 'There is nothing that an instance could be made of.' })]
      : [];
  const met = [
    ...sources.conflicts,
    ...placed.conflicts,
    ...ports.conflicts,
    ...names.conflicts,
    ...planned.flatMap((step) => step.conflicts),
  ];
  const conflicts = [
    ...withoutSettled(met, instances, facts),
    ...edited.conflicts,
    ...sharedFolderConflicts(instances),
    ...spaceConflicts(size, copies.uncounted),
    ...gatewayConflicts(facts),
    ...nothing,
  ];
  const plan = {
    choices: facts.choices,
    instances: [...instances],
    conflicts,
    ...size,
    canApply: !conflicts.some(blocks),
  };
  return { ...plan, id: hashOf(plan) };
};
