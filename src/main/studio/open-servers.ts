import { StudioError } from '#contract/errors.ts';
import type { ContentHandler } from '#contract/handlers.ts';
import type { FleetView } from '#core/jobs/fleet-view.ts';
import type { Jobs } from '#core/jobs/jobs.ts';
import type { PortProbe } from '#core/ports/machine.ts';
import { createDisposables } from '#core/shared/disposables.ts';
import { openAssetBook } from '../gateway/api-v2/asset-book.ts';
import { createUploadShelf } from '../gateway/files/upload-shelf.ts';
import { createGateway, type Gateway } from '../gateway/gateway.ts';
import { requireTokenFor } from '../transport/access-guard.ts';
import type { Dispatcher } from '../transport/dispatcher.ts';
import type { FrameAddress } from '../transport/http/frame-routes.ts';
import { createHttpServer } from '../transport/http-server.ts';
import type { NoticeBoard } from './notice-board.ts';
import type { StudioPlatform } from './platform.ts';
import type { SettingsDesk } from './settings-desk.ts';
import type { ServerOptions, StudioOptions } from './studio.ts';

export interface OpenServers {
  readonly addresses: { readonly studio: string; readonly gateway: string };
  readonly entryAddress: string;
  /** Another link like that one, for another browser. */
  createLoginLink(): string;
  readonly gateway: Pick<Gateway, 'port' | 'address' | 'move'>;
  close(): Promise<void>;
}

/** The same error with the program that holds the port, as far as the system tells. */
const withOwner = async (error: StudioError, wanted: ServerOptions, portProbe: PortProbe): Promise<StudioError> => {
  if (error.details?.['owner'] !== undefined) return error;
  const { owner } = await portProbe.check(wanted.host, wanted.port);
  return new StudioError(error.code, error.message, {
    details: { ...error.details, port: wanted.port, owner },
    cause: error,
  });
};

/** Binds where it is asked to, or, where the shell prefers that to failing, on any free port with a notice. */
const bind = async <Server>(
  wanted: ServerOptions,
  open: (port: number) => Promise<Server>,
  parts: { readonly notices: NoticeBoard; readonly portProbe: PortProbe },
): Promise<Server> => {
  try {
    return await open(wanted.port);
  } catch (error) {
    if (!(error instanceof StudioError) || error.code !== 'SERVER_PORT_TAKEN') throw error;
    const taken = await withOwner(error, wanted, parts.portProbe);
    if (!wanted.fallBackToFreePort) throw taken;
    const { code, message, details = {} } = taken;
    parts.notices.post({ severity: 'warning', code, message, details: { ...details } });
    return open(0);
  }
};

/** Opens the studio's address and the gateway's; when the second one fails the first one is closed again. */
export const openServers = async (parts: {
  readonly options: StudioOptions;
  readonly platform: StudioPlatform;
  readonly dispatcher: Dispatcher;
  readonly content: ContentHandler;
  readonly frames: FrameAddress;
  readonly jobs: Jobs;
  readonly fleetView: FleetView;
  readonly notices: NoticeBoard;
  readonly settings: Pick<SettingsDesk, 'current'>;
}): Promise<OpenServers> => {
  const { options, platform, dispatcher, content, jobs, notices } = parts;
  const disposables = createDisposables();
  const binding = { notices, portProbe: platform.portProbe };
  const studio = await bind(
    options.studio,
    (port) =>
      createHttpServer({
        ...options.studio,
        port,
        dispatcher,
        content,
        frames: parts.frames,
        rendererFolder: options.rendererFolder,
        log: platform.logger,
        checkPort: platform.portProbe.check,
      }),
    binding,
  );
  disposables.add(() => studio.close());
  const { inputStore: inputs, uploadNames: names, clock, logger } = platform;
  const shelf = createUploadShelf({ inputs, names, clock, logger });
  disposables.add(() => shelf.close());
  try {
    const assets = await openAssetBook({ store: platform.assetStore, inputs, shelf, logger });
    const wanted = { ...options.gateway, port: options.gateway.port ?? parts.settings.current().gatewayPort };
    const gateway = await bind(
      wanted,
      async (port) => {
        requireTokenFor(options.gateway.host, options.gateway.accessToken);
        return createGateway(
          {
            jobs,
            fleet: parts.fleetView,
            client: platform.comfyClient,
            reader: platform.comfyClient,
            inputs,
            shelf,
            assets,
            outputFolders: platform.outputFolders,
            pictures: platform.pictures,
            settings: parts.settings.current,
            clock: platform.clock,
            makeId: platform.makeId,
            logger: platform.logger,
          },
          { ...wanted, port },
        );
      },
      binding,
    );
    disposables.add(() => gateway.close());
    return {
      addresses: {
        studio: studio.address,
        get gateway() {
          return gateway.address;
        },
      },
      gateway,
      entryAddress: studio.createLoginLink(),
      createLoginLink: studio.createLoginLink,
      close: () => disposables.dispose(),
    };
  } catch (error) {
    await disposables.dispose();
    throw error;
  }
};
