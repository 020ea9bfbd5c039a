import type { Settings } from '#contract/models/settings.ts';
import type { FleetView } from '#core/jobs/fleet-view.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { ComfyReader } from '#core/ports/comfy-reader.ts';
import type { Logger } from '#core/ports/logger.ts';
import { isObject, type JsonObject } from '#core/shared/json-object.ts';
import { withoutAssets } from './assets.ts';
import { createExtensionPacks, type ExtensionPacks, readExtensions } from './extension-packs.ts';
import { joinDevices } from './fleet-devices.ts';
import { type HomeInstance, isAlive } from './home-instance.ts';
import { createInstanceFacts } from './instance-facts.ts';

/** What the fleet tells of itself as if it were one ComfyUI. */
export interface FleetFacts {
  /** GET /system_stats: the system of home, the devices of all instances that run. null while nobody has told. */
  systemStats(): Promise<JsonObject | null>;
  /** GET /features: those of home with the gateway's own limits. null while nobody has told. */
  features(): Promise<JsonObject | null>;
  /** What packs of custom nodes add to the page. */
  readonly extensions: ExtensionPacks;
}

export interface FleetFactsDependencies {
  readonly fleet: Pick<FleetView, 'candidates'>;
  readonly home: HomeInstance;
  readonly reader: Pick<ComfyReader, 'get'>;
  readonly settings: () => Pick<Settings, 'gatewayMaxUploadBytes'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A busy instance answers late, and many clients ask every few seconds. */
const askLimits = { timeoutMs: 2000, freshMs: 1000 };
/** A page reads the list and then its files; what an instance has changes when it starts anew. */
const listFreshMs = 30_000;

const readAnswer = (value: unknown): JsonObject | null => (isObject(value) ? value : null);

/** What every ComfyUI that the gateway speaks for can do. */
const leastFeatures: JsonObject = { supports_preview_metadata: true };

export const createFleetFacts = (dependencies: FleetFactsDependencies): FleetFacts => {
  const { fleet, home, settings } = dependencies;
  const stats = createInstanceFacts(dependencies, { path: '/system_stats', readAnswer, ...askLimits });
  const features = createInstanceFacts(dependencies, { path: '/features', readAnswer, ...askLimits });
  const lists = createInstanceFacts(dependencies, {
    path: '/extensions',
    readAnswer: readExtensions,
    ...askLimits,
    freshMs: listFreshMs,
  });
  let lastHomeId: string | null = null;

  const homeId = (): string | null => {
    lastHomeId = home.current()?.instanceId ?? lastHomeId;
    return lastHomeId;
  };
  const withOwnLimits = (value: JsonObject): JsonObject => ({
    ...leastFeatures,
    ...withoutAssets(value),
    max_upload_size: settings().gatewayMaxUploadBytes,
  });

  return {
    systemStats: async () => {
      const candidates = fleet.candidates();
      stats.keep(new Set(candidates.map(({ instanceId }) => instanceId)));
      const running = candidates.filter(isAlive);
      const told = await Promise.all(running.map((instance) => stats.read(instance)));
      const id = homeId();
      const ofHome = id === null ? null : stats.known(id);
      const base = ofHome ?? told.find((one) => one !== null) ?? null;
      return base === null || running.length === 0 ? null : { ...base, devices: joinDevices(told) };
    },
    features: async () => {
      const instance = home.current();
      const told = instance === null ? null : await features.read(instance);
      return told === null ? null : withOwnLimits(told);
    },
    extensions: createExtensionPacks({ fleet, home, lists }),
  };
};
