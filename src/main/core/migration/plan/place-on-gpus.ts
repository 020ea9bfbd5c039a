import type { Gpu } from '#contract/models/gpu.ts';
import type { PlannedConflict } from '#contract/models/migration.ts';
import { parseDeviceSelection, selectGpus } from '../../gpus/device-selection.ts';
import { deviceOfEnvironment } from '../scan/read-arguments.ts';
import { type Placed, type PlanFacts, planConflict, type Source, type Step } from './plan-facts.ts';

/** The GPUs that one installed ComfyUI can use: its PyTorch is of one maker, and a built-in graphics unit beside a card is none to run on. */
export const usableGpus = (gpus: readonly Gpu[]): readonly Gpu[] => {
  for (const vendor of ['nvidia', 'amd', 'intel', 'apple'] as const) {
    const own = gpus.filter((gpu) => gpu.vendor === vendor);
    if (own.length > 0) return own;
  }
  return gpus;
};

/** How an instance names its GPU: by what stays the same when cards are moved, where the driver tells that. */
const nameOf = (gpu: Gpu): string => gpu.uuid ?? `cuda:${gpu.index}`;

const wantedDevice = ({ candidate }: Source): string =>
  candidate.gpuDevice === 'auto' || candidate.gpuDevice === ''
    ? deviceOfEnvironment(candidate.environmentVariables) || 'auto'
    : candidate.gpuDevice;

const chosenGpus = ({ choices, gpus }: PlanFacts): Step<readonly Gpu[]> => {
  const { gpuIndexes } = choices;
  if (gpuIndexes === null) return { made: usableGpus(gpus), conflicts: [] };
  const wanted = [...new Set(gpuIndexes)];
  const missing = wanted.filter((index) => !gpus.some((gpu) => gpu.index === index));
  return {
    made: gpus.filter((gpu) => wanted.includes(gpu.index)),
    conflicts: missing.map((index) =>
      planConflict('gpu-missing', 'warning', 'left-out', {
        message: `This machine has no GPU ${index}; no instance is made for it.`,
        details: { device: `cuda:${index}`, index },
      }),
    ),
  };
};

/** Hands out GPUs: first those that nobody uses, then in turn. */
const createDeck = (gpus: readonly Gpu[], { existing, gpus: all }: PlanFacts) => {
  const uses = new Map<number, string[]>(gpus.map((gpu) => [gpu.index, []]));
  for (const { kind, program, enabled, gpuDevice, name } of existing) {
    if (kind !== 'local' || program !== 'comfyui' || !enabled) continue;
    for (const { index } of selectGpus(parseDeviceSelection(gpuDevice), all).found) uses.get(index)?.push(name);
  }
  const used = (gpu: Gpu): readonly string[] => uses.get(gpu.index) ?? [];
  return {
    use: (gpu: Gpu, name: string): readonly string[] => {
      const before = [...used(gpu)];
      uses.set(gpu.index, [...before, name]);
      return before;
    },
    next: (): Gpu | null => gpus.toSorted((a, b) => used(a).length - used(b).length || a.index - b.index)[0] ?? null,
    unused: (): readonly Gpu[] => gpus.filter((gpu) => used(gpu).length === 0),
  };
};

type Deck = ReturnType<typeof createDeck>;

const shared = (name: string, gpu: Gpu, before: readonly string[]): readonly PlannedConflict[] =>
  before.length === 0
    ? []
    : [
        planConflict('gpu-shared', 'warning', 'gpu-shared', {
          message: `${name} and ${before.join(', ')} share ${gpu.name}: together they may run out of its memory.`,
          details: { name, others: before, gpuName: gpu.name, index: gpu.index },
        }),
      ];

const onGpu = (source: Source, gpu: Gpu, deck: Deck): Step<Placed> => {
  const before = deck.use(gpu, source.candidate.name);
  return {
    made: { source, gpu, gpuDevice: nameOf(gpu), isFurther: false },
    conflicts: shared(source.candidate.name, gpu, before),
  };
};

const asItIs = (source: Source, gpuDevice: string): Step<Placed> => ({
  made: { source, gpu: null, gpuDevice, isFurther: false },
  conflicts: [],
});

/** A source that says its GPU keeps it; one whose GPU is gone gets the next. */
const pinned = (source: Source, device: string, facts: PlanFacts, deck: Deck): Step<Placed> => {
  const { found, missing } = selectGpus(parseDeviceSelection(device), facts.gpus);
  const [gpu] = found;
  const { name } = source.candidate;
  if (gpu === undefined) {
    const next = deck.next();
    const message = `${name} was set to ${device}, which this machine does not have.`;
    const details = { name, device, gpuName: next?.name ?? '' };
    if (next === null) {
      return {
        made: { source, gpu: null, gpuDevice: 'auto', isFurther: false },
        conflicts: [planConflict('gpu-missing', 'warning', 'automatic-device', { message, details })],
      };
    }
    const placed = onGpu(source, next, deck);
    return {
      made: placed.made,
      conflicts: [planConflict('gpu-missing', 'warning', 'next-gpu', { message, details }), ...placed.conflicts],
    };
  }
  const befores = found.map((each) => ({ gpu: each, before: deck.use(each, name) }));
  const conflicts = befores.flatMap((each) => shared(name, each.gpu, each.before));
  const partly = missing.map((text) =>
    planConflict('gpu-missing', 'warning', 'left-out', {
      message: `${name} was also set to ${text}, which this machine does not have.`,
      details: { name, device: text },
    }),
  );
  return {
    made: { source, gpu, gpuDevice: found.map(nameOf).join(','), isFurther: false },
    conflicts: [...partly, ...conflicts],
  };
};

const placeOne = (source: Source, facts: PlanFacts, deck: Deck): Step<Placed> => {
  const device = wantedDevice(source);
  const selection = parseDeviceSelection(device);
  if (source.kind === 'remote') return asItIs(source, 'auto');
  if (selection.kind === 'cpu' || selection.kind === 'other') return asItIs(source, device);
  if (selection.kind === 'gpus') return pinned(source, device, facts, deck);
  const next = facts.choices.onePerGpu ? deck.next() : null;
  return next === null ? asItIs(source, 'auto') : onGpu(source, next, deck);
};

/** One instance for each source on a GPU of its own, then, where wanted, one more of what the user had on each GPU that is left. */
export const placeOnGpus = (
  sources: readonly Source[],
  legacy: Source | null,
  facts: PlanFacts,
): Step<readonly Placed[]> => {
  const chosen = chosenGpus(facts);
  const deck = createDeck(chosen.made, facts);
  // Those that say their GPU come first, so that nobody is put on it before them.
  const says = (source: Source): boolean => parseDeviceSelection(wantedDevice(source)).kind === 'gpus';
  const order = [...sources.filter(says), ...sources.filter((source) => !says(source))];
  const steps = new Map(order.map((source) => [source, placeOne(source, facts, deck)]));
  const placed = sources.flatMap((source) => steps.get(source) ?? []);
  const isLocal = legacy?.kind === 'local';
  const wantsGpu = legacy !== null && parseDeviceSelection(wantedDevice(legacy)).kind !== 'cpu';
  const further =
    isLocal && wantsGpu && facts.choices.onePerGpu
      ? deck.unused().map((gpu): Placed => ({ source: legacy, gpu, gpuDevice: nameOf(gpu), isFurther: true }))
      : [];
  const noGpu =
    facts.gpus.length === 0 && sources.some(({ kind }) => kind === 'local')
      ? [
          planConflict('no-gpu', 'info', 'automatic-device', {
            message: 'No GPU was found: ComfyUI chooses its device itself.',
          }),
        ]
      : [];
  return {
    made: [...placed.map(({ made }) => made), ...further],
    conflicts: [...noGpu, ...chosen.conflicts, ...placed.flatMap(({ conflicts }) => conflicts)],
  };
};
