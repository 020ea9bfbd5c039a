import { contractHash } from '#contract/contract-hash.ts';
import { StudioError } from '#contract/errors.ts';
import type { CallHandlers, TopicSources } from '#contract/handlers.ts';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import type { Notice, StudioDescription } from '#contract/models/studio.ts';
import type { Gallery } from '#core/gallery/gallery.ts';
import { createDraftDesk } from '#core/instances/configuration/draft-desk.ts';
import { outputFoldersOf } from '#core/instances/configuration/instance-folders.ts';
import { createFleet } from '#core/instances/fleet.ts';
import type { Fleet } from '#core/instances/fleet-interface.ts';
import { followHealthSettings } from '#core/instances/health/health-settings.ts';
import { defaultLifePolicy } from '#core/instances/policy.ts';
import type { FleetView } from '#core/jobs/fleet-view.ts';
import { createJobs, type Jobs } from '#core/jobs/jobs.ts';
import type { MigrationRuns } from '#core/migration/apply/migration-runs.ts';
import { createDisposables } from '#core/shared/disposables.ts';
import { createTelemetrySampler, type TelemetrySampler } from '#core/telemetry/telemetry-sampler.ts';
import { createDispatcher, type Dispatcher } from '../transport/dispatcher.ts';
import { serveWire } from '../transport/session.ts';
import { createAccessParts } from './access-parts.ts';
import { createConfigurationParts } from './configuration-parts.ts';
import { connectionPorts } from './connection-ports.ts';
import { createContentHandler } from './content.ts';
import { withDiagnostics } from './diagnostics-content.ts';
import { createDiagnosticsParts } from './diagnostics-parts.ts';
import { keepFleetJournal } from './fleet-journal.ts';
import { createFleetView } from './fleet-view.ts';
import { withGallery } from './gallery-content-routes.ts';
import { createGalleryParts } from './gallery-parts.ts';
import { createGatewayPortParts } from './gateway-port-parts.ts';
import { signCommands } from './handlers/acting-handlers.ts';
import { createConfigurationHandlers } from './handlers/configuration-handlers.ts';
import { createGalleryHandlers } from './handlers/gallery-handlers.ts';
import { createGatewayHandlers } from './handlers/gateway-handlers.ts';
import { createInstanceHandlers } from './handlers/instance-handlers.ts';
import { createJobHandlers } from './handlers/job-handlers.ts';
import { createMigrationRunHandlers } from './handlers/migration-run-handlers.ts';
import { createMigrationScanHandlers } from './handlers/migration-scan-handlers.ts';
import { createStudioHandlers } from './handlers/studio-handlers.ts';
import { createTemplateHandlers } from './handlers/template-handlers.ts';
import { createWorkflowHandlers } from './handlers/workflow-handlers.ts';
import { createInstanceFacts } from './instance-facts.ts';
import { createInstancePageParts, type InstancePageParts } from './instance-page-parts.ts';
import { createLaunching } from './launching.ts';
import { createLogTopic } from './log-topic.ts';
import { createMigrationScanParts } from './migration-parts.ts';
import { createMigrationRunParts } from './migration-run-parts.ts';
import { createNoticeBoard, type NoticeBoard } from './notice-board.ts';
import { type OpenServers, openServers } from './open-servers.ts';
import { isOwnPath } from './own-paths.ts';
import type { StudioPlatform } from './platform.ts';
import { createQueueParts, type QueueParts } from './queue-parts.ts';
import { createSettingsDesk, type SettingsDesk } from './settings-desk.ts';
import { startFleet } from './start-fleet.ts';
import type { HostActions, Studio, StudioOptions } from './studio.ts';
import { createTemplateParts } from './template-parts.ts';
import { createViewerParts } from './viewer-parts.ts';
import { createWorkflowParts, type WorkflowParts } from './workflow-parts.ts';

/** The parts of a studio, before anything listens or runs. */
interface Parts {
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

const createParts = async (options: StudioOptions, platform: StudioPlatform) => {
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
  const parts: Parts = { settings, notices, fleet, fleetView, jobs, queue, telemetry, page, workflows, gallery };
  return { parts, launching, storedNotices: stored.notices };
};

const configurationsOf = (fleet: Fleet): InstanceConfiguration[] =>
  fleet.list().map(({ configuration }) => configuration);

const createTopics = (
  { fleet, jobs, queue, telemetry, page, settings, notices, workflows, gallery }: Parts,
  platform: StudioPlatform,
  migrations: MigrationRuns,
): TopicSources => {
  const log = createLogTopic(platform.instanceLogs, (instanceId) => fleet.get(instanceId));
  return {
    instances: () => fleet.feed,
    telemetry: () => telemetry.feed,
    jobs: () => queue.topics.jobs,
    jobPage: (key = '') => queue.topics.jobPage(key),
    job: (jobId = '') => queue.topics.job(jobId),
    queue: () => queue.topics.queue,
    lanes: (key = '') => queue.lanes.feed(key),
    batches: () => queue.topics.batches,
    preview: (jobId = '') => jobs.previewFeed(jobId),
    log: (instanceId = '') => log(instanceId),
    instanceEvents: (instanceId = '') => page.events.feed(instanceId),
    gallery: () => gallery.topics.gallery,
    galleryDays: (key = '') => gallery.topics.galleryDays(key),
    galleryPage: (key = '') => gallery.topics.galleryPage(key),
    migration: () => migrations.feed,
    workflows: () => workflows.library.feed,
    settings: () => settings.feed,
    notices: () => notices.feed,
  };
};

/** Calls wait until the fleet is loaded, so that none sees, or changes, half of it. */
const gated = (dispatcher: Dispatcher, opened: Promise<void>): Dispatcher => ({
  ...dispatcher,
  dispatch: async (method, input, context) => {
    await opened;
    return dispatcher.dispatch(method, input, context);
  },
});

/**
 * Builds a studio on an opened platform, binds its two addresses, takes over or starts its instances, and answers. On failure
 * everything is closed again, the platform too.
 */
export const createStudio = async (
  options: StudioOptions,
  platform: StudioPlatform,
  host: HostActions,
): Promise<Studio> => {
  const { clock, logger, makeId } = platform;
  const disposables = createDisposables();
  disposables.add(() => platform.close());
  const startedAt = clock.now();
  const opened = Promise.withResolvers<void>();
  let opening: OpenServers | null = null;
  const addressList = (): readonly string[] => (opening === null ? [] : Object.values(opening.addresses));
  const requireServers = (): OpenServers => {
    if (opening === null) throw new StudioError('INTERNAL', 'The servers are not open yet.');
    return opening;
  };

  const build = async () => {
    const { parts, launching, storedNotices } = await createParts(options, platform);
    const { fleet, jobs, queue, settings, notices, telemetry, page } = parts;
    disposables.add(keepFleetJournal(fleet, logger));
    disposables.add(() => page.stop());
    disposables.add(() => parts.gallery.stop());
    const describe = (): StudioDescription => ({
      name: 'atelier',
      version: options.version,
      contractHash: contractHash(),
      platform: options.platform,
      dataFolder: options.dataFolder,
      startedAt,
      addresses: opening === null ? { studio: null, gateway: null } : { ...opening.addresses },
      capabilities: [...host.capabilities],
    });
    const desk = createDraftDesk({
      machine: connectionPorts(platform, launching, addressList),
      planner: launching,
      secrets: platform.secretStore,
      makeId,
      splitArguments: platform.splitArguments,
      fleet: () => configurationsOf(fleet),
      isRunning: (instanceId) => fleet.get(instanceId).pid !== null,
    });
    const configuration = createConfigurationParts({ platform, options, fleet, settings, desk });
    const diagnostics = createDiagnosticsParts({ ...parts, platform, options, describe });
    const access = createAccessParts(options, () => requireServers().createLoginLink());
    const gateway = () => requireServers().gateway;
    const gatewayPort = createGatewayPortParts({ platform, options, fleet, desk, settings, gateway });
    const migrationScan = createMigrationScanParts({
      platform,
      options,
      instances: () => fleet.list(),
      ownAddresses: addressList,
      gateway,
    });
    const { findPlan } = migrationScan.plans;
    const migrations = createMigrationRunParts({ ...parts, platform, options, desk, gatewayPort, gateway, findPlan });
    const viewer = createViewerParts({
      endpointOf: (instanceId) =>
        fleet.list().find(({ configuration }) => configuration.id === instanceId)?.endpoint ?? null,
      probe: platform.pageProbe,
      host,
      gatewayAddress: () => opening?.addresses.gateway ?? null,
      isolated: options.studio.accessToken !== null,
    });
    const handlers: CallHandlers = {
      ...viewer.handlers,
      ...createStudioHandlers({
        describe,
        settings,
        notices,
        host,
        gpuProbe: platform.gpuProbe,
        isOwnPath: (path) => page.isKnownPlace(path) || isOwnPath(path, options.dataFolder, configurationsOf(fleet)),
      }),
      ...signCommands(createInstanceHandlers({ fleet, logs: platform.instanceLogs, desk }), page.events),
      ...createTemplateHandlers({ shelf: createTemplateParts({ platform, options, notices }), desk, fleet }),
      ...page.handlers,
      ...createJobHandlers({ jobs, ...queue }),
      ...createWorkflowHandlers(parts.workflows),
      ...createGalleryHandlers(parts.gallery),
      ...createGatewayHandlers(gatewayPort),
      ...createConfigurationHandlers(configuration, diagnostics, access),
      ...createMigrationScanHandlers(migrationScan),
      ...createMigrationRunHandlers(migrations),
    };
    const dispatcher = gated(
      createDispatcher({
        handlers,
        topics: createTopics(parts, platform, migrations),
        log: logger,
        checkOutput: options.checkOutput,
      }),
      opened.promise,
    );
    const content = withDiagnostics(
      withGallery(
        createContentHandler({ outputs: jobs, inputs: platform.inputStore, logs: page }),
        parts.gallery.content,
      ),
      diagnostics,
    );
    // Closed in reverse: first nothing new comes in, then jobs let go, then instances stop.
    disposables.add(async () => {
      const keepInstances = options.keepInstancesOnExit || !settings.current().stopInstancesOnExit;
      page.events.setUsualActor('studio-end');
      const { survivors } = await fleet.close({ keepInstances });
      for (const { instanceId, reason } of survivors)
        logger.error('A process outlived its stop', { instanceId, reason });
    });
    disposables.add(() => jobs.stop());
    disposables.add(() => queue.stop());
    disposables.add(() => parts.workflows.stop());
    disposables.add(() => telemetry.stop());
    const servers = await openServers({ ...parts, options, platform, dispatcher, content, frames: viewer.frames });
    disposables.add(() => servers.close());
    disposables.add(() => migrations.stop());
    opening = servers;
    await platform.announce(servers.addresses.studio);
    const started = await startFleet({ fleet, options, portProbe: platform.portProbe });
    await page.open();
    await migrations.open();
    jobs.open();
    queue.start();
    parts.workflows.open();
    parts.gallery.start();
    for (const notice of [...storedNotices, ...started.notices] satisfies Notice[]) notices.add(notice);
    telemetry.start();
    opened.resolve();
    return { fleet, dispatcher, content, servers, launched: started.launched };
  };

  const built = await build().catch(async (error: unknown) => {
    await disposables.dispose();
    throw error;
  });
  let stopping: Promise<void> | null = null;
  return {
    addresses: built.servers.addresses,
    entryAddress: built.servers.entryAddress,
    connect: (wire) => {
      serveWire(wire, { dispatcher: built.dispatcher, access: 'admin', isShell: true, log: logger });
    },
    content: built.content,
    instances: () => built.fleet.list(),
    launched: built.launched,
    stop: () => {
      stopping ??= disposables.dispose();
      return stopping;
    },
  };
};
