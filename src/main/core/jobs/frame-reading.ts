import type { SocketFrame } from '#core/ports/comfy-client.ts';
import { isObject } from '#core/shared/json-object.ts';

/** What an instance's websocket says about one prompt (comfyui-protocol.md 3.4, 3.6). */
export type PromptEvent =
  | { readonly kind: 'started' }
  | { readonly kind: 'cached'; readonly nodeIds: readonly string[] }
  | { readonly kind: 'nodes'; readonly nodes: Readonly<Record<string, NodeProgress>> }
  | { readonly kind: 'executing'; readonly nodeId: string }
  | { readonly kind: 'step'; readonly nodeId: string; readonly value: number; readonly max: number }
  | { readonly kind: 'executed'; readonly nodeId: string; readonly output: Readonly<Record<string, unknown>> }
  | {
      readonly kind: 'preview';
      readonly nodeId: string | null;
      readonly contentType: string;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed'; readonly error: Readonly<Record<string, unknown>> }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'ended' };

export interface NodeProgress {
  readonly value: number;
  readonly max: number;
  readonly finished: boolean;
  /** The node of the submitted graph that stands for this one, which a node may have made while it ran. */
  readonly displayNodeId: string;
}

type Data = Readonly<Record<string, unknown>>;

const text = (value: unknown, fallback = ''): string => (typeof value === 'string' ? value : fallback);
const number = (value: unknown, fallback: number): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : fallback;
const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

const readNodes = (value: unknown): Readonly<Record<string, NodeProgress>> => {
  const nodes: Record<string, NodeProgress> = {};
  for (const [nodeId, node] of Object.entries(isObject(value) ? value : {})) {
    if (!isObject(node)) continue;
    nodes[nodeId] = {
      value: number(node['value'], 0),
      max: number(node['max'], 1),
      finished: node['state'] === 'finished',
      displayNodeId: text(node['display_node_id'], nodeId),
    };
  }
  return nodes;
};

const readMessage = (type: string, data: Data): PromptEvent | null => {
  switch (type) {
    case 'execution_start':
      return { kind: 'started' };
    case 'execution_cached':
      return { kind: 'cached', nodeIds: texts(data['nodes']) };
    case 'progress_state':
      return { kind: 'nodes', nodes: readNodes(data['nodes']) };
    case 'executing':
      // The end marker; a node of null says that nothing of this prompt runs any more.
      if (typeof data['node'] !== 'string') return { kind: 'ended' };
      return { kind: 'executing', nodeId: text(data['display_node'], data['node']) };
    case 'progress':
      return {
        kind: 'step',
        nodeId: text(data['node']),
        value: number(data['value'], 0),
        max: number(data['max'], 1),
      };
    case 'executed':
      return {
        kind: 'executed',
        nodeId: text(data['display_node'], text(data['node'])),
        output: isObject(data['output']) ? data['output'] : {},
      };
    case 'execution_success':
      return { kind: 'succeeded' };
    case 'execution_error':
      // A node that only blocks its followers reports so in the same message, and the prompt goes on (3.4).
      return data['exception_type'] === 'ExecutionBlocked' ? null : { kind: 'failed', error: data };
    case 'execution_interrupted':
      return { kind: 'interrupted' };
    default:
      return null;
  }
};

const parseMetadata = (bytes: Uint8Array): Data => {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isObject(value) ? value : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
};

const readBinary = (bytes: Uint8Array, promptId: string): PromptEvent | null => {
  if (bytes.byteLength < 8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const second = view.getUint32(4);
  switch (view.getUint32(0)) {
    case 1:
      // No prompt id: it belongs to whoever this socket was opened for.
      return {
        kind: 'preview',
        nodeId: null,
        contentType: second === 2 ? 'image/png' : 'image/jpeg',
        bytes: bytes.subarray(8),
      };
    case 4: {
      if (8 + second > bytes.byteLength) return null;
      const metadata = parseMetadata(bytes.subarray(8, 8 + second));
      if (text(metadata['prompt_id'], promptId) !== promptId) return null;
      return {
        kind: 'preview',
        nodeId: text(metadata['display_node_id'], text(metadata['node_id'])) || null,
        contentType: text(metadata['image_type'], 'image/jpeg'),
        bytes: bytes.subarray(8 + second),
      };
    }
    default:
      return null;
  }
};

/**
 * What a frame says about the prompt, or null: other prompts of the instance are heard too where they were submitted without a
 * client id. A message that names no prompt is about this one, since the socket was opened for it alone (3.1).
 */
export const readFrame = (frame: SocketFrame, promptId: string): PromptEvent | null => {
  if (frame.kind === 'binary') return readBinary(frame.bytes, promptId);
  const about = frame.data['prompt_id'];
  if (about !== undefined && about !== promptId) return null;
  return readMessage(frame.type, frame.data);
};
