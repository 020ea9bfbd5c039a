import { freemem, totalmem } from 'node:os';
import { json } from '../http/answer.ts';
import { type Route, route } from '../http/router.ts';
import { cudaDevicesOf } from '../start-up/visible-devices.ts';
import { serverFeatures } from './features.ts';
import type { RouteParts } from './route-parts.ts';
import { comfyuiVersion, packageVersions, pythonVersion, torchVersion } from './versions.ts';

interface MemoryFigures {
  readonly total: number;
  readonly free: number;
  readonly torchTotal: number;
  readonly torchFree: number;
}

const faulty = (figures: MemoryFigures, mode: 'true' | 'nan' | 'huge'): MemoryFigures => {
  if (mode === 'true') return figures;
  const value = mode === 'nan' ? Number.NaN : 1.7e308;
  return { total: value, free: value, torchTotal: value, torchFree: value };
};

const deviceRow = (name: string, type: string, index: number | null, figures: MemoryFigures) => ({
  name,
  type,
  index,
  vram_total: figures.total,
  vram_free: figures.free,
  torch_vram_total: figures.torchTotal,
  torch_vram_free: figures.torchFree,
});

const devicesOf = ({ options, device, faults }: RouteParts) => {
  const mode = faults.stats();
  if (options.device.kind === 'cpu') {
    const figures = { total: totalmem(), free: freemem(), torchTotal: totalmem(), torchFree: freemem() };
    return [deviceRow('cpu', 'cpu', null, faulty(figures, mode))];
  }
  const names = cudaDevicesOf(options.device, process.env);
  return names.map((name, index) => {
    // Only the first card works; the others are merely seen.
    const used = index === 0 ? device.totalBytes - device.freeBytes() : 0;
    const figures = { total: device.totalBytes, free: device.totalBytes - used, torchTotal: used, torchFree: 0 };
    return deviceRow(name, 'cuda', index, faulty(figures, mode));
  });
};

/** /system_stats, /features and the class descriptions of /object_info (comfyui-protocol.md 4.9, 4.10). */
export const systemRoutes = (parts: RouteParts): readonly Route[] => {
  const { options, registry, layout } = parts;
  return [
    route('GET', '/system_stats', () =>
      json({
        system: {
          os: process.platform,
          ram_total: totalmem(),
          ram_free: freemem(),
          comfyui_version: comfyuiVersion,
          required_frontend_version: packageVersions[0]?.required,
          installed_templates_version: null,
          required_templates_version: packageVersions[1]?.required,
          comfy_package_versions: packageVersions,
          python_version: pythonVersion,
          pytorch_version: torchVersion(options.device.kind),
          embedded_python: false,
          deploy_environment: 'atelier-sandbox',
          argv: ['main.py', ...options.argv],
        },
        devices: devicesOf(parts),
      }),
    ),
    route('GET', '/features', () => json(serverFeatures(options))),
    route('GET', '/object_info', async () => {
      const infos: [string, unknown][] = [];
      for (const [classType, definition] of registry) infos.push([classType, await definition.info(layout.folders)]);
      return json(Object.fromEntries(infos));
    }),
    route('GET', '/object_info/{class}', async ({ params }) => {
      const classType = params.class ?? '';
      const definition = registry.get(classType);
      return json(definition === undefined ? {} : { [classType]: await definition.info(layout.folders) });
    }),
  ];
};
