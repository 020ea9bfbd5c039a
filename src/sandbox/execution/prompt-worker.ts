import type { ServerLog } from '../log/server-log.ts';
import type { SimulatedDevice } from '../nodes/node-definition.ts';
import type { PromptHistory } from '../queue/history.ts';
import type { PromptQueue } from '../queue/prompt-queue.ts';
import { clientIdOf, type QueueItem } from '../queue/queue-item.ts';
import type { WebsocketHub } from '../websocket/hub.ts';
import { createInterruption, type Interruption } from './interruption.ts';
import type { PromptExecutor } from './prompt-executor.ts';
import type { ResultCache } from './result-cache.ts';

export interface WorkerDependencies {
  readonly queue: PromptQueue;
  readonly history: PromptHistory;
  readonly hub: WebsocketHub;
  readonly executor: PromptExecutor;
  readonly cache: ResultCache;
  readonly device: SimulatedDevice;
  readonly log: ServerLog;
  readonly monotonicNow: () => number;
  /** Called in the middle of job number `job`, counted from 1. */
  readonly midway: (job: number) => Promise<void>;
  readonly unloadAfterPrompt: boolean;
}

export interface PromptWorker {
  /** To be called after a prompt was queued or /free was asked for. */
  wake(): void;
  /** Interrupts the running prompt, or only the one with this id; false when there is nothing to interrupt. */
  interrupt(promptId: string | null): boolean;
  /** What /free asks for; done between prompts (comfyui-protocol.md 6). */
  free(wish: { unloadModels: boolean; freeMemory: boolean }): void;
  /** The node at work when this client's prompt is running. */
  runningNodeOf(sid: string): string | null;
}

interface Current {
  readonly item: QueueItem;
  readonly interruption: Interruption;
  nodeId: string | null;
}

const once = (work: () => Promise<void>): (() => Promise<void>) => {
  let done: Promise<void> | null = null;
  return () => (done ??= work());
};

/** Takes one prompt after the other from the queue, as ComfyUI's single worker thread does. */
export const createPromptWorker = (dependencies: WorkerDependencies): PromptWorker => {
  const { queue, history, hub, executor, cache, device, log, monotonicNow } = dependencies;
  const wishes = { unloadModels: false, freeMemory: false };
  let current: Current | null = null;
  let isAwake = false;
  let jobs = 0;

  const runOne = async (item: QueueItem): Promise<void> => {
    const startedAt = monotonicNow();
    jobs += 1;
    const job = jobs;
    const running: Current = { item, interruption: createInterruption(), nodeId: null };
    current = running;
    const result = await executor.run(item, {
      interruption: running.interruption,
      atNode: (nodeId) => {
        running.nodeId = nodeId;
      },
      midway: once(() => dependencies.midway(job)),
    });
    current = null;
    queue.done(item, () => history.add(item, result));
    const client = clientIdOf(item);
    if (client !== null) hub.send('executing', { node: null, prompt_id: item.promptId }, client);
    const seconds = ((monotonicNow() - startedAt) / 1000).toFixed(2);
    log.info(`\u001b[32mPrompt executed in ${seconds} seconds\u001b[0m`);
    if (dependencies.unloadAfterPrompt) device.unloadAll();
  };

  const grantWishes = (): void => {
    if (wishes.unloadModels || wishes.freeMemory) device.unloadAll();
    if (wishes.freeMemory) {
      cache.clear();
      executor.forget();
    }
    wishes.unloadModels = false;
    wishes.freeMemory = false;
  };

  const work = async (): Promise<void> => {
    for (let item = queue.take(); item !== null; item = queue.take()) {
      await runOne(item);
      grantWishes();
    }
    grantWishes();
  };

  return {
    wake() {
      if (isAwake) return;
      isAwake = true;
      // Later than the caller, so that the answer to POST /prompt goes out before the prompt starts.
      setImmediate(() => {
        work()
          .catch((error: unknown) => log.error(`the prompt worker died: ${String(error)}`))
          .finally(() => {
            isAwake = false;
            if (queue.pending().length > 0) this.wake();
          });
      });
    },
    interrupt(promptId) {
      if (current === null || (promptId !== null && current.item.promptId !== promptId)) return false;
      current.interruption.interrupt();
      return true;
    },
    free(wish) {
      wishes.unloadModels ||= wish.unloadModels;
      wishes.freeMemory ||= wish.freeMemory;
      this.wake();
    },
    runningNodeOf: (sid) => (current !== null && clientIdOf(current.item) === sid ? current.nodeId : null),
  };
};
