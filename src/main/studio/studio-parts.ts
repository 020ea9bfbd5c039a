import type { Notice } from '#contract/models/studio.ts';
import type { Gallery } from '#core/gallery/gallery.ts';
import { outputFoldersOf } from '#core/instances/configuration/instance-folders.ts';
import { createFleet } from '#core/instances/fleet.ts';
import type { Fleet } from '#core/instances/fleet-interface.ts';
import { followHealthSettings } from '#core/instances/health/health-settings.ts';
import { defaultLifePolicy } from '#core/instances/policy.ts';
import type { FleetView } from '#core/jobs/fleet-view.ts';
import { createJobs, type Jobs } from '#core/jobs/jobs.ts';
import { createTelemetrySampler, type TelemetrySampler } from '#core/telemetry/telemetry-sampler.ts';
import { createFleetView } from './fleet-view.ts';
import { createGalleryParts } from './gallery-parts.ts';
import { createInstanceFacts } from './instance-facts.ts';
import { createInstancePageParts, type InstancePageParts } from './instance-page-parts.ts';
import { createLaunching, type Launching } from './launching.ts';
import { createNoticeBoard, type NoticeBoard } from './notice-board.ts';
import type { StudioPlatform } from './platform.ts';
import { createQueueParts, type QueueParts } from './queue-parts.ts';
import { createSettingsDesk, type SettingsDesk } from './settings-desk.ts';
import type { StudioOptions } from './studio.ts';
import { createWorkflowParts, type WorkflowParts } from './workflow-parts.ts';

/** The parts of a studio, before anything listens or runs. */
export interface StudioParts {
  readonly settings: SettingsDesk;
  readonly notices: NoticeBoard;
  readonly fleet: Fleet;
  readonly fleetView: FleetView;
  readonly jobs: Jobs;
  readonly queue: QueueParts;
  readonly telemetry: TelemetrySampler;
  readonly page: InstancePageParts;
  readonly workflows: WorkflowParts;
  readonly gallery: Gallery;
}

/** What stays of the making for what is built on the parts. */
interface BuiltParts {
  readonly parts: StudioParts;
  readonly launching: Launching;
  /** What was found wrong with the settings on the disk. */
  readonly storedNotices: readonly Notice[];
}

/** Loads the settings and makes the parts; nothing listens and no process is started. */
export const createStudioParts = async (options: StudioOptions, platform: StudioPlatform): Promise<BuiltParts> => {
  const { clock, random, makeId, logger } = platform;
  const notices = createNoticeBoard({ now: clock.now, makeId });
  const stored = await platform.settingsStore.load();
  const settings = createSettingsDesk(stored.document, platform.settingsStore);
  platform.applySettings(stored.document);
  settings.feed.listen((_revision, changed) => {
    platform.applySettings(changed);
  });
  const launching = createLaunching(options, platform, settings.current);
  const fleet = createFleet({
    ...platform,
    store: platform.fleetStore,
    secrets: platform.secretStore,
    policy: followHealthSettings(defaultLifePolicy, settings.current),
    settings: settings.current,
    planLaunch: launching.plan,
  });
  const telemetryIntervalMs = (): number => settings.current().telemetryIntervalMs;
  const page = createInstancePageParts({ platform, options, fleet, telemetryIntervalMs });
  const fleetView = createFleetView(page.asJobs(fleet), (configuration) =>
    outputFoldersOf(configuration, options.dataFolder, options.platform),
  );
  const jobs = createJobs({
    fleet: fleetView,
    client: platform.comfyClient,
    reader: platform.comfyClient,
    inputs: platform.inputStore,
    outputFolders: platform.outputFolders,
    store: platform.jobStore,
    seal: platform.secretSeal,
    clock,
    random,
    makeId,
    logger,
    settings: settings.current,
    usualConcurrentLoads: options.platform === 'win32' ? 1 : 2,
    bootId: platform.bootId,
    encodeBase64: platform.encodeBase64,
  });
  const queue = createQueueParts(jobs, platform, settings);
  const telemetry = createTelemetrySampler({
    ...platform,
    intervalMs: telemetryIntervalMs,
    isNeeded: () => page.needsSample(),
    onSample: page.series.record,
    instanceFacts: createInstanceFacts(fleet, platform),
  });
  const workflows = createWorkflowParts({ platform, options, jobs, fleetView, notices });
  const gallery = createGalleryParts({ platform, options, jobs, instances: () => fleet.list() });
  const parts: StudioParts = { settings, notices, fleet, fleetView, jobs, queue, telemetry, page, workflows, gallery };
  return { parts, launching, storedNotices: stored.notices };
};
