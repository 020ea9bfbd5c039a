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

interface PreviewFrame {
  readonly metadata: Data;
  readonly picture: Uint8Array;
}

const uint32 = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at);

/** A frame of type 4, or null for one of another type or one that is cut. */
const readPreviewFrame = (bytes: Uint8Array): PreviewFrame | null => {
  if (bytes.byteLength < 8 || uint32(bytes, 0) !== 4) return null;
  const pictureAt = 8 + uint32(bytes, 4);
  if (pictureAt > bytes.byteLength) return null;
  return { metadata: parseMetadata(bytes.subarray(8, pictureAt)), picture: bytes.subarray(pictureAt) };
};

const readBinary = (bytes: Uint8Array): PromptEvent | null => {
  const preview = readPreviewFrame(bytes);
  if (preview !== null) {
    const { metadata, picture } = preview;
    return {
      kind: 'preview',
      nodeId: text(metadata['display_node_id'], text(metadata['node_id'])) || null,
      contentType: text(metadata['image_type'], 'image/jpeg'),
      bytes: picture,
    };
  }
  if (bytes.byteLength < 8 || uint32(bytes, 0) !== 1) return null;
  // No prompt id: it belongs to whoever this socket was opened for.
  const contentType = uint32(bytes, 4) === 2 ? 'image/png' : 'image/jpeg';
  return { kind: 'preview', nodeId: null, contentType, bytes: bytes.subarray(8) };
};

/**
 * Whether a frame is about the prompt: other prompts of the instance are heard too where they were submitted without a client id.
 * One that names no prompt is taken for this one, since the socket was opened for it alone (3.1).
 */
export const isAbout = (frame: SocketFrame, promptId: string): boolean => {
  const named =
    frame.kind === 'binary' ? readPreviewFrame(frame.bytes)?.metadata['prompt_id'] : frame.data['prompt_id'];
  return named === undefined || named === promptId;
};

/** What a frame that is about a prompt says of it; null for what only its client understands. */
export const readFrame = (frame: SocketFrame): PromptEvent | null =>
  frame.kind === 'binary' ? readBinary(frame.bytes) : readMessage(frame.type, frame.data);
