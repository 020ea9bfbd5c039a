import { contractHash } from '#contract/contract-hash.ts';
import { StudioError } from '#contract/errors.ts';
import type { CallHandlers } from '#contract/handlers.ts';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import type { Notice, StudioDescription } from '#contract/models/studio.ts';
import { createDraftDesk } from '#core/instances/configuration/draft-desk.ts';
import type { Fleet } from '#core/instances/fleet-interface.ts';
import { createDisposables } from '#core/shared/disposables.ts';
import { createDispatcher, type Dispatcher } from '../transport/dispatcher.ts';
import { serveWire } from '../transport/session.ts';
import { createAccessParts } from './access-parts.ts';
import { createConfigurationParts } from './configuration-parts.ts';
import { connectionPorts } from './connection-ports.ts';
import { createContentHandler } from './content.ts';
import { withDiagnostics } from './diagnostics-content.ts';
import { createDiagnosticsParts } from './diagnostics-parts.ts';
import { keepFleetJournal } from './fleet-journal.ts';
import { withGallery } from './gallery-content-routes.ts';
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
import { createMigrationScanParts } from './migration-parts.ts';
import { createMigrationRunParts } from './migration-run-parts.ts';
import { type OpenServers, openServers } from './open-servers.ts';
import { isOwnPath } from './own-paths.ts';
import type { StudioPlatform } from './platform.ts';
import { startFleet } from './start-fleet.ts';
import type { HostActions, Studio, StudioOptions } from './studio.ts';
import { createStudioParts } from './studio-parts.ts';
import { createTemplateParts } from './template-parts.ts';
import { createTopicSources } from './topic-sources.ts';
import { createViewerParts } from './viewer-parts.ts';

const configurationsOf = (fleet: Fleet): InstanceConfiguration[] =>
  fleet.list().map(({ configuration }) => configuration);

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
    const { parts, launching, storedNotices } = await createStudioParts(options, platform);
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
        topics: createTopicSources(parts, platform, migrations),
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
