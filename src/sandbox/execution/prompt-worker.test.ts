import { describe, expect, it } from 'vitest';
import { createServerLog } from '../log/server-log.ts';
import type { SimulatedDevice } from '../nodes/node-definition.ts';
import { createPromptHistory, type RunResult } from '../queue/history.ts';
import { createPromptQueue } from '../queue/prompt-queue.ts';
import type { QueueItem } from '../queue/queue-item.ts';
import { createWebsocketHub } from '../websocket/hub.ts';
import { createPromptWorker } from './prompt-worker.ts';
import { createResultCache } from './result-cache.ts';
import type { RunWatch } from './run.ts';

const item = (promptId: string, clientId?: string): QueueItem => ({
  number: 1,
  promptId,
  prompt: {},
  extraData: clientId === undefined ? {} : { client_id: clientId },
  outputs: [],
});

const result: RunResult = { outputs: {}, meta: {}, status: { status_str: 'success', completed: true, messages: [] } };

/** A worker over a stand-in for the executor; `heard` lists each message with whether the prompt was in the history by then. */
const bench = (run: (item: QueueItem, watch: RunWatch) => Promise<RunResult> = async () => result) => {
  const heard: [string, boolean][] = [];
  const history = createPromptHistory();
  const hub = createWebsocketHub({
    queueInfo: () => ({ remaining: queue.remaining() }),
    serverFeatures: () => ({}),
    runningNodeOf: () => null,
  });
  const queue = createPromptQueue(() => hub.send('status', queue.remaining(), null));
  hub.connect('client', {
    send: (data) => {
      const { type, data: value }: { type: string; data: unknown } = JSON.parse(String(data));
      heard.push([`${type} ${JSON.stringify(value)}`, history.get('p') !== undefined]);
    },
    terminate: () => undefined,
    drained: async () => undefined,
  });
  heard.length = 0;
  const unloaded: string[] = [];
  const forgotten: string[] = [];
  const device: SimulatedDevice = {
    load: async () => undefined,
    allocate: async (_bytes, work) => work(),
    work: async () => undefined,
    unloadAll: () => void unloaded.push('all'),
    totalBytes: 1,
    freeBytes: () => 1,
  };
  const log = createServerLog(
    { level: 'CRITICAL', toStdout: false },
    { stdout: () => undefined, stderr: () => undefined, file: null },
    () => new Date(0),
  );
  const cache = createResultCache({ kind: 'classic' }, () => 0);
  const worker = createPromptWorker({
    queue,
    history,
    hub,
    executor: { run, forget: () => void forgotten.push('all') },
    cache,
    device,
    log,
    monotonicNow: () => 0,
    midway: async () => undefined,
    unloadAfterPrompt: false,
  });
  const settled = async (): Promise<void> => {
    while (queue.remaining() > 0) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { heard, queue, worker, history, cache, unloaded, forgotten, settled };
};

describe('the worker', () => {
  it('has the result in the history before anybody is told that the prompt is over', async () => {
    const { heard, queue, worker, settled } = bench();
    queue.put(item('p', 'client'));
    worker.wake();
    await settled();
    expect(heard).toEqual([
      ['status 1', false],
      ['status 1', false],
      ['status 0', true],
      ['executing {"node":null,"prompt_id":"p"}', true],
    ]);
  });

  it('takes what was queued while it worked', async () => {
    const { queue, worker, history, settled } = bench(async (running) => {
      if (running.promptId === 'first') {
        queue.put(item('second'));
        worker.wake();
      }
      return result;
    });
    queue.put(item('first'));
    worker.wake();
    await settled();
    expect(history.all().map((entry) => entry.item.promptId)).toEqual(['first', 'second']);
  });

  it('interrupts the running prompt only, and knows its node for its own client only', async () => {
    const seen: unknown[] = [];
    const { queue, worker, settled } = bench(async (_item, watch) => {
      watch.atNode('7');
      seen.push(worker.runningNodeOf('client'), worker.runningNodeOf('other'), worker.interrupt('other'));
      seen.push(
        watch.interruption.signal.abort.aborted,
        worker.interrupt('p'),
        watch.interruption.signal.abort.aborted,
      );
      return result;
    });
    expect(worker.interrupt(null)).toBe(false);
    queue.put(item('p', 'client'));
    worker.wake();
    await settled();
    expect(seen).toEqual(['7', null, false, false, true, true]);
    expect(worker.runningNodeOf('client')).toBeNull();
  });

  it('grants /free between prompts, and at once when idle', async () => {
    const entry = { result: { values: [] }, nodeId: '1' };
    const { queue, worker, cache, unloaded, forgotten, settled } = bench(async () => {
      worker.free({ unloadModels: false, freeMemory: true });
      expect(unloaded).toEqual([]);
      return result;
    });
    cache.put('a', entry);
    queue.put(item('p'));
    worker.wake();
    await settled();
    expect(unloaded).toEqual(['all']);
    expect(cache.get('a')).toBeUndefined();
    expect(forgotten).toEqual(['all']);
    cache.put('b', entry);
    worker.free({ unloadModels: true, freeMemory: false });
    await settled();
    expect(unloaded).toEqual(['all', 'all']);
    expect(cache.get('b')).toBe(entry);
    expect(forgotten).toEqual(['all']);
  });
});
