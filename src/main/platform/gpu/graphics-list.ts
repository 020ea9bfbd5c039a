import type { Gpu } from '#contract/models/gpu.ts';

/** What systeminformation tells of a graphics controller (the part that is used). */
export interface GraphicsController {
  readonly vendor: string;
  readonly model: string;
  readonly busAddress?: string;
  readonly vram: number | null;
  readonly driverVersion?: string;
}

const mebibyte = 1024 ** 2;

/** Display adapters of virtual machines and server boards; none of them computes anything. */
const displayOnly =
  /virtio|vmware|svga|qxl|red hat|cirrus|bochs|hyper-v|virtualbox|basic (display|render)|aspeed|matrox|parallels/i;

const vendorOf = (text: string): Gpu['vendor'] => {
  if (/nvidia/i.test(text)) return 'nvidia';
  if (/\b(amd|ati|radeon)\b|advanced micro devices/i.test(text)) return 'amd';
  if (/intel/i.test(text)) return 'intel';
  return /apple/i.test(text) ? 'apple' : 'other';
};

/** GPUs from systeminformation's list, in the order of their bus addresses where there are any. */
export const toGpus = (controllers: readonly GraphicsController[]): readonly Gpu[] =>
  controllers
    .filter(({ vendor, model }) => model.trim() !== '' && !displayOnly.test(`${vendor} ${model}`))
    .sort((left, right) => (left.busAddress ?? '').localeCompare(right.busAddress ?? ''))
    .map((controller, index) => ({
      index,
      uuid: null,
      name: controller.model.trim(),
      vendor: vendorOf(`${controller.vendor} ${controller.model}`),
      busId: controller.busAddress ?? null,
      memoryTotalBytes: controller.vram === null || controller.vram <= 0 ? null : controller.vram * mebibyte,
      driverVersion: controller.driverVersion ?? null,
    }));

/** Asks systeminformation, which runs several slow tools of the system. */
export const listGraphics = async (): Promise<readonly Gpu[]> => {
  const { graphics } = await import('systeminformation');
  const { controllers } = await graphics();
  return toGpus(
    controllers.map(({ vendor, model, busAddress, vram, driverVersion }) => ({
      vendor,
      model,
      vram,
      ...(busAddress === undefined ? {} : { busAddress }),
      ...(driverVersion === undefined ? {} : { driverVersion }),
    })),
  );
};
