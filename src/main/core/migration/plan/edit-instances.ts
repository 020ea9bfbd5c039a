import type { PlanEdit, PlannedConflict, PlannedInstance } from '#contract/models/migration.ts';
import { parseDeviceSelection, selectGpus } from '../../gpus/device-selection.ts';
import { isLoopback } from '../../instances/configuration/remote-address.ts';
import { type PlanFacts, type PortHolder, planConflict, type Step, takeOverPort } from './plan-facts.ts';

const isLocal = ({ draft }: PlannedInstance): boolean => draft.kind !== 'remote';

/** A remote one has its address and device from elsewhere. */
const edited = (instance: PlannedInstance, edit: PlanEdit, { gpus }: PlanFacts): PlannedInstance => {
  const name = edit.name?.trim() ?? '';
  const { port, gpuDevice } = isLocal(instance) ? edit : {};
  const device = gpuDevice?.trim();
  const [gpu] = device === undefined ? [] : selectGpus(parseDeviceSelection(device), gpus).found;
  return {
    ...instance,
    ...(device === undefined ? {} : { gpuName: gpu?.name ?? '' }),
    draft: {
      ...instance.draft,
      ...(name === '' ? {} : { name }),
      ...(port === undefined ? {} : { port }),
      ...(device === undefined ? {} : { gpuDevice: device }),
    },
  };
};

interface Holder {
  readonly by: string;
  readonly pid: number | null;
  readonly reason?: PortHolder;
}

/** Who has a port that the user asked for; null where it can be had. */
const holderOf = (port: number, facts: PlanFacts): Holder | null => {
  const { choices, gatewayPort, ownPorts, existing, wantedPorts } = facts;
  if (choices.takeOverPort && port === takeOverPort && gatewayPort !== takeOverPort)
    return { by: 'gateway', pid: null, reason: 'gateway' };
  if (ownPorts.includes(port)) return { by: 'atelier', pid: null, reason: 'atelier' };
  const instance = existing.find((each) => each.port === port && (each.kind === 'local' || isLoopback(each.host)));
  if (instance !== undefined) return { by: instance.name, pid: null };
  const state = wantedPorts.get(port);
  if (state === undefined || state.free) return null;
  const { name = null, pid = null } = state.owner ?? {};
  return name === null ? { by: 'another program', pid, reason: 'unknown' } : { by: name, pid };
};

const portClash = (
  instance: PlannedInstance,
  instances: readonly PlannedInstance[],
  facts: PlanFacts,
): PlannedConflict | null => {
  const { name, port = 0 } = instance.draft;
  const other = instances.find((each) => each !== instance && isLocal(each) && each.draft.port === port);
  const holder = other === undefined ? holderOf(port, facts) : { by: other.draft.name, pid: null };
  if (holder === null) return null;
  const message = `Port ${port} of ${name} is taken by ${holder.by}.`;
  return planConflict('port-taken', 'error', '', { message, details: { name, port, ...holder } });
};

const nameClash = (
  instance: PlannedInstance,
  instances: readonly PlannedInstance[],
  facts: PlanFacts,
): PlannedConflict | null => {
  const { name } = instance.draft;
  const isSame = (other: string): boolean => other.toLowerCase() === name.toLowerCase();
  const isTaken =
    facts.existing.some((each) => isSame(each.name)) ||
    instances.some((each) => each !== instance && isSame(each.draft.name));
  if (!isTaken) return null;
  return planConflict('name-taken', 'error', '', { message: `The name "${name}" is taken.`, details: { name } });
};

const deviceClashes = (instance: PlannedInstance, { gpus }: PlanFacts): readonly PlannedConflict[] => {
  const { name, gpuDevice = 'auto' } = instance.draft;
  const { missing } = selectGpus(parseDeviceSelection(gpuDevice), gpus);
  return missing.map((device) =>
    planConflict('gpu-missing', 'error', '', {
      message: `${name} is set to ${device}, which this machine does not have.`,
      details: { name, device },
    }),
  );
};

/** Instances that are on one GPU after an edit put one there. */
const sharedGpu = (
  instance: PlannedInstance,
  instances: readonly PlannedInstance[],
  { gpus }: PlanFacts,
): readonly PlannedConflict[] => {
  const on = ({ draft }: PlannedInstance) => selectGpus(parseDeviceSelection(draft.gpuDevice ?? 'auto'), gpus).found;
  const { name } = instance.draft;
  return on(instance).flatMap((gpu) => {
    const others = instances
      .filter((each) => each !== instance && on(each).includes(gpu))
      .map(({ draft }) => draft.name);
    if (others.length === 0) return [];
    const message = `${name} and ${others.join(', ')} share ${gpu.name}: together they may run out of its memory.`;
    const details = { name, others, gpuName: gpu.name, index: gpu.index };
    return [planConflict('gpu-shared', 'warning', 'gpu-shared', { message, details })];
  });
};

/** Something has to stand for what the user had, also when that one is left out. */
const withLegacy = (instances: readonly PlannedInstance[]): readonly PlannedInstance[] => {
  if (instances.some(({ isLegacy }) => isLegacy)) return instances;
  const heir = instances.find(isLocal) ?? instances[0];
  return instances.map((instance) => (instance === heir ? { ...instance, isLegacy: true } : instance));
};

/** The plan with what the user changed of it. Whatever clashes because of that is left to the user: they asked for it. */
export const editInstances = (
  instances: readonly PlannedInstance[],
  facts: PlanFacts,
): Step<readonly PlannedInstance[]> => {
  const edits = new Map(facts.choices.edits.map((edit) => [edit.instanceId, edit]));
  if (edits.size === 0) return { made: instances, conflicts: [] };
  const editOf = ({ draft }: PlannedInstance): PlanEdit | undefined => edits.get(draft.id);
  const made = withLegacy(
    instances
      .filter((instance) => editOf(instance)?.isIncluded !== false)
      .map((instance) => {
        const edit = editOf(instance);
        return edit === undefined ? instance : edited(instance, edit, facts);
      }),
  );
  const conflicts = made.flatMap((instance) => {
    const edit = editOf(instance);
    if (edit === undefined) return [];
    const clashes = [
      edit.name === undefined ? null : nameClash(instance, made, facts),
      edit.port === undefined || !isLocal(instance) ? null : portClash(instance, made, facts),
    ];
    const ofGpu =
      edit.gpuDevice === undefined || !isLocal(instance)
        ? []
        : [...deviceClashes(instance, facts), ...sharedGpu(instance, made, facts)];
    return [...clashes.filter((clash) => clash !== null), ...ofGpu];
  });
  return { made, conflicts };
};

const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** Leaves out what was met on the way to values that the user has changed since. */
export const withoutSettled = (
  conflicts: readonly PlannedConflict[],
  instances: readonly PlannedInstance[],
  { choices }: PlanFacts,
): readonly PlannedConflict[] => {
  if (choices.edits.length === 0) return conflicts;
  const ports = new Set(instances.map(({ draft }) => draft.port));
  const names = new Set(instances.map(({ draft }) => draft.name));
  const changesGpus = choices.edits.some(({ gpuDevice, isIncluded }) => gpuDevice !== undefined || !isIncluded);
  return conflicts.filter(({ code, resolution, details }) => {
    if (resolution === 'other-port' || resolution === 'port-taken-over') {
      return ports.has(numberOf(details['newPort']) ?? -1);
    }
    if (resolution === 'renamed') return names.has(String(details['newName']));
    return !(code === 'gpu-shared' && changesGpus);
  });
};
