import type { Gpu } from '#contract/models/gpu.ts';

/** One GPU as a user names it: `cuda:1` and `1` are an index, the rest a UUID or a PCI bus id. */
export type GpuReference =
  | { readonly kind: 'index'; readonly index: number; readonly text: string }
  | { readonly kind: 'identity'; readonly text: string };

/** What the text of `gpuDevice` means. `other` is free text for a device kind that is not pinned by Atelier. */
export type DeviceSelection =
  | { readonly kind: 'auto' }
  | { readonly kind: 'cpu' }
  | { readonly kind: 'gpus'; readonly references: readonly GpuReference[] }
  | { readonly kind: 'other'; readonly text: string };

const indexPattern = /^(?:(?:cuda|hip|rocm|gpu):)?(\d{1,3})$/i;
const uuidPattern = /^(?:GPU-|MIG-)[0-9a-f][0-9a-f-]{7,}$|^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const busIdPattern = /^(?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/i;

const parseReference = (text: string): GpuReference | null => {
  const index = indexPattern.exec(text)?.[1];
  if (index !== undefined) return { kind: 'index', index: Number(index), text };
  return uuidPattern.test(text) || busIdPattern.test(text) ? { kind: 'identity', text } : null;
};

/**
 * Reads `auto` (or nothing), `cpu`, `cuda:N`, an index, a GPU UUID, a PCI bus id, or a comma list of those; a GPU named twice counts
 * once. A list with a part that is none of them is free text as a whole.
 */
export const parseDeviceSelection = (gpuDevice: string): DeviceSelection => {
  const text = gpuDevice.trim();
  if (text === '' || text.toLowerCase() === 'auto') return { kind: 'auto' };
  if (text.toLowerCase() === 'cpu') return { kind: 'cpu' };
  const references: GpuReference[] = [];
  for (const part of text.split(',').map((each) => each.trim())) {
    const reference = parseReference(part);
    if (reference === null) return { kind: 'other', text };
    const known = references.some((each) =>
      each.kind === 'index' && reference.kind === 'index'
        ? each.index === reference.index
        : each.text.toLowerCase() === reference.text.toLowerCase(),
    );
    if (!known) references.push(reference);
  }
  return { kind: 'gpus', references };
};

/** `00000000:65:00.0` and `0000:65:00.0` and `65:00.0` name one slot. */
const normaliseBusId = (busId: string): string => busId.toLowerCase().replace(/^0{4,8}:/, '');

const isNamedBy = (gpu: Gpu, reference: GpuReference): boolean => {
  if (reference.kind === 'index') return gpu.index === reference.index;
  const wanted = reference.text.toLowerCase();
  const uuid = gpu.uuid?.toLowerCase();
  if (uuid !== undefined && (uuid === wanted || uuid === `gpu-${wanted}`)) return true;
  return gpu.busId !== null && normaliseBusId(gpu.busId) === normaliseBusId(wanted);
};

export interface SelectedGpus {
  /** In the order the user gave, each once. */
  readonly found: readonly Gpu[];
  /** The texts of references that name no GPU of this machine. */
  readonly missing: readonly string[];
}

/** Finds the GPUs that a selection names. `auto`, `cpu` and free text name none. */
export const selectGpus = (selection: DeviceSelection, gpus: readonly Gpu[]): SelectedGpus => {
  if (selection.kind !== 'gpus') return { found: [], missing: [] };
  const found = new Set<Gpu>();
  const missing: string[] = [];
  for (const reference of selection.references) {
    const gpu = gpus.find((each) => isNamedBy(each, reference));
    if (gpu === undefined) missing.push(reference.text);
    else found.add(gpu);
  }
  return { found: [...found], missing };
};
