import type { SandboxOptions } from '../command-line/sandbox-options.ts';
import type { PromptWorker } from '../execution/prompt-worker.ts';
import type { Faults } from '../faults/faults.ts';
import type { FolderLayout } from '../folders/folder-layout.ts';
import type { ServerLog } from '../log/server-log.ts';
import type { ImageMemory } from '../nodes/etn/image-memory.ts';
import type { NodeRegistry, SimulatedDevice } from '../nodes/node-definition.ts';
import type { PromptHistory } from '../queue/history.ts';
import type { PromptQueue } from '../queue/prompt-queue.ts';
import type { LogSubscriptions } from '../websocket/log-subscriptions.ts';
import type { SharedWorkflows } from '../websocket/shared-workflows.ts';

/** The parts of the server that routes speak to. */
export interface RouteParts {
  readonly options: SandboxOptions;
  readonly layout: FolderLayout;
  readonly registry: NodeRegistry;
  readonly queue: PromptQueue;
  readonly history: PromptHistory;
  readonly worker: PromptWorker;
  readonly device: SimulatedDevice;
  readonly log: ServerLog;
  readonly logSubscriptions: LogSubscriptions;
  readonly faults: Faults;
  /** null without the nodes of image editors. */
  readonly imageMemory: ImageMemory | null;
  readonly sharedWorkflows: SharedWorkflows;
  readonly now: () => number;
  readonly newId: () => string;
}
