import { StudioError } from '#contract/errors.ts';
import type { ContentHandler } from '#contract/handlers.ts';
import type { FleetView } from '#core/jobs/fleet-view.ts';
import type { Jobs } from '#core/jobs/jobs.ts';
import { createDisposables } from '#core/shared/disposables.ts';
import { createGateway } from '../gateway/gateway.ts';
import { requireTokenFor } from '../transport/access-guard.ts';
import type { Dispatcher } from '../transport/dispatcher.ts';
import { createHttpServer } from '../transport/http-server.ts';
import type { NoticeBoard } from './notice-board.ts';
import type { StudioPlatform } from './platform.ts';
import type { ServerOptions, StudioOptions } from './studio.ts';

export interface OpenServers {
  readonly addresses: { readonly studio: string; readonly gateway: string };
  readonly entryAddress: string;
  close(): Promise<void>;
}

/** Binds where it is asked to, or, where the shell prefers that to failing, on any free port with a notice. */
const bind = async <Server>(
  wanted: ServerOptions,
  open: (port: number) => Promise<Server>,
  notices: NoticeBoard,
): Promise<Server> => {
  try {
    return await open(wanted.port);
  } catch (error) {
    const isTaken = error instanceof StudioError && error.code === 'SERVER_PORT_TAKEN';
    if (!isTaken || !wanted.fallBackToFreePort) throw error;
    notices.post({ severity: 'warning', code: error.code, message: error.message, details: { ...error.details } });
    return open(0);
  }
};

/** Opens the studio's address and the gateway's; when the second one fails the first one is closed again. */
export const openServers = async (parts: {
  readonly options: StudioOptions;
  readonly platform: StudioPlatform;
  readonly dispatcher: Dispatcher;
  readonly content: ContentHandler;
  readonly jobs: Jobs;
  readonly fleetView: FleetView;
  readonly notices: NoticeBoard;
}): Promise<OpenServers> => {
  const { options, platform, dispatcher, content, jobs, notices } = parts;
  const disposables = createDisposables();
  const studio = await bind(
    options.studio,
    (port) =>
      createHttpServer({
        ...options.studio,
        port,
        dispatcher,
        content,
        rendererFolder: options.rendererFolder,
        log: platform.logger,
        checkPort: platform.portProbe.check,
      }),
    notices,
  );
  disposables.add(() => studio.close());
  try {
    const gateway = await bind(
      options.gateway,
      async (port) => {
        requireTokenFor(options.gateway.host, options.gateway.accessToken);
        return createGateway(
          {
            jobs,
            fleet: parts.fleetView,
            client: platform.comfyClient,
            reader: platform.comfyClient,
            logger: platform.logger,
          },
          { ...options.gateway, port },
        );
      },
      notices,
    );
    disposables.add(() => gateway.close());
    return {
      addresses: { studio: studio.address, gateway: gateway.address },
      entryAddress: studio.createLoginLink(),
      close: () => disposables.dispose(),
    };
  } catch (error) {
    await disposables.dispose();
    throw error;
  }
};
