import type { GatewayContext } from '../context.ts';
import type { AssetBook } from './asset-book.ts';
import { type Cancellations, createCancellations } from './cancellations.ts';
import { createJobKeeping } from './job-keeping.ts';
import { createOutputAssets, type OutputAssets } from './output-assets.ts';
import { createQueuePlaces, type QueuePlaces } from './queue-places.ts';

/** What the routes of the official API keep. */
export interface ApiState {
  readonly assets: AssetBook;
  readonly outputs: OutputAssets;
  readonly cancellations: Cancellations;
  readonly places: QueuePlaces;
  /** How long a job is kept after its end. */
  readonly keptMs: () => number;
  readonly streams: { count: number };
  /** Ids of jobs and assets that are on their way to disk. */
  readonly submitting: Set<string>;
  close(): void;
}

export const createApiState = ({
  jobs,
  clock,
  settings,
  assets,
}: Pick<GatewayContext, 'jobs' | 'clock' | 'settings'> & Pick<ApiState, 'assets'>): ApiState => {
  const cancellations = createCancellations(jobs);
  const places = createQueuePlaces(jobs, clock);
  const { keptMs } = createJobKeeping(jobs, clock, settings);
  return {
    assets,
    outputs: createOutputAssets(jobs, clock),
    cancellations,
    places,
    keptMs,
    streams: { count: 0 },
    submitting: new Set(),
    close: () => {
      cancellations.close();
      places.close();
    },
  };
};
