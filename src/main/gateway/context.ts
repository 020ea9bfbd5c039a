import type { Settings } from '#contract/models/settings.ts';
import type { FleetCandidate, FleetView } from '#core/jobs/fleet-view.ts';
import type { Jobs } from '#core/jobs/jobs.ts';
import type { Clock, MakeId } from '#core/ports/clock.ts';
import type { ComfyClient } from '#core/ports/comfy-client.ts';
import type { ComfyReader } from '#core/ports/comfy-reader.ts';
import type { InputStore } from '#core/ports/input-store.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { OutputFolderReader } from '#core/ports/output-folder-reader.ts';
import type { Pictures } from '#core/ports/pictures.ts';
import type { KnownKits } from './access/known-kits.ts';
import type { ApiState } from './api-v2/api-state.ts';
import type { ImageBuffer } from './etn/image-buffer.ts';
import type { ModelInfo } from './etn/model-info.ts';
import type { ProducedImages } from './etn/produced-images.ts';
import type { FileMakers } from './files/file-makers.ts';
import type { UploadShelf } from './files/upload-shelf.ts';
import type { FleetNodes } from './nodes/fleet-nodes.ts';
import type { Door } from './prompts/door.ts';
import type { FleetFacts } from './proxy/fleet-facts.ts';
import type { HomeInstance } from './proxy/home-instance.ts';
import type { UpstreamProxy } from './proxy/upstream-proxy.ts';
import type { JobIndex } from './truth/job-index.ts';
import type { WebsocketHub } from './websocket/websocket-hub.ts';

/** What the routes of the gateway work with. */
export interface GatewayContext {
  readonly jobs: Jobs;
  readonly fleet: Pick<FleetView, 'candidates' | 'activeInstanceId' | 'onChange'>;
  readonly client: ComfyClient;
  readonly reader: ComfyReader;
  readonly inputs: InputStore;
  readonly shelf: UploadShelf;
  /** Who made which file. */
  readonly makers: FileMakers;
  readonly outputFolders: OutputFolderReader;
  readonly pictures: Pictures;
  readonly settings: () => Settings;
  readonly clock: Clock;
  readonly makeId: MakeId;
  /** What the official API keeps. */
  readonly api: ApiState;
  /** Where prompts come in. */
  readonly door: Door;
  /** Programs that show themselves by what they do. */
  readonly kits: KnownKits;
  /** Images that clients put before the prompts that load them. */
  readonly images: ImageBuffer;
  /** The images that instances keep in their memory, and copies of them. */
  readonly produced: ProducedImages;
  readonly modelInfo: ModelInfo;
  /** The nodes of all instances as those of one. */
  readonly nodes: FleetNodes;
  /** The instance that answers what only one can. */
  readonly home: HomeInstance;
  /** What the fleet tells of itself. */
  readonly facts: FleetFacts;
  /** Hands requests on as they are. */
  readonly proxy: UpstreamProxy;
  /** All jobs as the lists of the jobs API need them. */
  readonly jobIndex: JobIndex;
  /** The clients that are connected. */
  readonly hub: Pick<WebsocketHub, 'tellAll' | 'subscribeLogs' | 'subscribeWorkflows' | 'unsubscribeWorkflows'>;
  readonly logger: Logger;
}

/** The instances that answer, the active one and healthy ones first. */
export const answeringInstances = ({ fleet }: Pick<GatewayContext, 'fleet'>): readonly FleetCandidate[] => {
  const active = fleet.activeInstanceId();
  const rank = ({ instanceId, health }: FleetCandidate): number =>
    (instanceId === active ? 0 : 1) + (health === 'healthy' ? 0 : 2);
  return fleet
    .candidates()
    .filter(({ status, health }) => (status === 'running' || status === 'paused') && health !== 'unhealthy')
    .toSorted((a, b) => rank(a) - rank(b));
};
