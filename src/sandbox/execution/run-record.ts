import type { NodeFailure } from '#comfyui/python/node-failure.ts';
import type { RunResult, StatusMessage } from '../queue/history.ts';
import type { QueueItem } from '../queue/queue-item.ts';
import type { Recipient, WebsocketHub } from '../websocket/hub.ts';

/** What a run tells while it goes on, and what it leaves behind. */
export interface RunRecord {
  readonly executed: ReadonlySet<string>;
  started(): void;
  cached(nodeIds: readonly string[]): void;
  executing(nodeId: string): void;
  /**
   * What a node showed; `output` null = a cached node that shows nothing. `firstId` is the id under which the result was
   * made: the history's `meta` keeps naming it when a node with another id repeats the result.
   */
  shown(nodeId: string, output: Readonly<Record<string, readonly unknown[]>> | null, firstId: string): void;
  nodeDone(nodeId: string): void;
  succeeded(): void;
  interrupted(nodeId: string): void;
  failed(nodeId: string, failure: NodeFailure, currentInputs: Readonly<Record<string, readonly unknown[]>>): void;
  result(): RunResult;
}

/** Writes the messages of one run to its client and into the history entry (comfyui-protocol.md 3.4, 4.5). */
export const createRunRecord = (item: QueueItem, hub: WebsocketHub, to: Recipient, now: () => number): RunRecord => {
  const messages: StatusMessage[] = [];
  const executed = new Set<string>();
  const outputs = new Map<string, unknown>();
  const meta = new Map<string, unknown>();
  const promptId = item.promptId;
  let outcome: 'running' | 'success' | 'error' = 'running';

  const message = (event: string, data: Readonly<Record<string, unknown>>, toEverybody = false): void => {
    const stamped = { ...data, timestamp: now() };
    messages.push([event, stamped]);
    if (to !== null || toEverybody) hub.send(event, stamped, to);
  };
  const tell = (event: string, data: unknown): void => {
    // Without a client these events are sent to nobody.
    if (to !== null) hub.send(event, data, to);
  };
  const nodeType = (nodeId: string): string => item.prompt[nodeId]?.class_type ?? '';
  return {
    executed,
    started: () => message('execution_start', { prompt_id: promptId }),
    cached: (nodes) => message('execution_cached', { nodes, prompt_id: promptId }),
    executing: (node) => tell('executing', { node, display_node: node, prompt_id: promptId }),
    shown(node, output, firstId) {
      if (output !== null) {
        outputs.set(node, output);
        meta.set(node, { node_id: firstId, display_node: firstId, parent_node: null, real_node_id: firstId });
      }
      tell('executed', { node, display_node: node, output, prompt_id: promptId });
    },
    nodeDone: (nodeId) => void executed.add(nodeId),
    succeeded() {
      outcome = 'success';
      message('execution_success', { prompt_id: promptId });
    },
    interrupted(nodeId) {
      outcome = 'error';
      const data = { prompt_id: promptId, node_id: nodeId, node_type: nodeType(nodeId), executed: [...executed] };
      message('execution_interrupted', data, true);
    },
    failed(nodeId, failure, currentInputs) {
      outcome = 'error';
      message('execution_error', {
        prompt_id: promptId,
        node_id: nodeId,
        node_type: nodeType(nodeId),
        executed: [...executed],
        exception_message: `${failure.message}\n`,
        exception_type: failure.exceptionType,
        traceback: failure.traceback,
        current_inputs: currentInputs,
        current_outputs: Object.keys(item.prompt),
      });
    },
    result: () => ({
      outputs: Object.fromEntries(outputs),
      meta: Object.fromEntries(meta),
      status: { status_str: outcome === 'success' ? 'success' : 'error', completed: outcome === 'success', messages },
    }),
  };
};
