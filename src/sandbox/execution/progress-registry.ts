import { metadataPreviewFrame, type PreviewPicture, previewFrame, textFrame } from '../websocket/frames.ts';
import type { Recipient, WebsocketHub } from '../websocket/hub.ts';

interface NodeProgress {
  value: number;
  max: number;
  state: 'running' | 'finished';
}

export interface ProgressRegistry {
  start(nodeId: string): void;
  /** A step of a node; tells at most every 0.1 s and 0.5 %, but always the first, the last, and one with a picture. */
  update(nodeId: string, step: { value: number; max: number }, preview?: () => Promise<PreviewPicture>): Promise<void>;
  finish(nodeId: string): void;
  text(nodeId: string, text: string): void;
}

const leastMsBetween = 100;

const leastShareBetween = 0.005;

/** Progress of the nodes of one prompt, told as ComfyUI tells it (comfyui-protocol.md 3.3 to 3.5). */
export const createProgressRegistry = (
  hub: WebsocketHub,
  promptId: string,
  to: Recipient,
  now: () => number,
): ProgressRegistry => {
  const nodes = new Map<string, NodeProgress>();
  const told = new Map<string, { at: number; value: number }>();

  const sendState = (): void => {
    const shown = [...nodes].map(([id, { value, max, state }]): [string, unknown] => [
      id,
      {
        value,
        max,
        state,
        node_id: id,
        prompt_id: promptId,
        display_node_id: id,
        parent_node_id: null,
        real_node_id: id,
      },
    ]);
    hub.send('progress_state', { prompt_id: promptId, nodes: new Map(shown) }, to);
  };
  const isWorthTelling = (nodeId: string, step: { value: number; max: number }): boolean => {
    const last = told.get(nodeId);
    if (last === undefined || step.value >= step.max) return true;
    return now() - last.at >= leastMsBetween && (step.value - last.value) / step.max >= leastShareBetween;
  };
  return {
    start(nodeId) {
      nodes.set(nodeId, { value: 0, max: 1, state: 'running' });
      sendState();
    },
    async update(nodeId, step, preview) {
      nodes.set(nodeId, { ...step, state: 'running' });
      if (preview === undefined && !isWorthTelling(nodeId, step)) return;
      told.set(nodeId, { at: now(), value: step.value });
      const picture = await preview?.();
      const withMetadata = hub.supports(to, 'supports_preview_metadata');
      sendState();
      if (picture !== undefined && withMetadata) {
        hub.sendBinary(metadataPreviewFrame(picture, nodeId, promptId), to);
      }
      hub.send('progress', { value: step.value, max: step.max, prompt_id: promptId, node: nodeId }, to);
      if (picture !== undefined && !withMetadata) hub.sendBinary(previewFrame(picture), to);
    },
    finish(nodeId) {
      const max = nodes.get(nodeId)?.max ?? 1;
      nodes.set(nodeId, { value: max, max, state: 'finished' });
      sendState();
    },
    // Sent to everybody: ComfyUI's own text nodes name no receiver.
    text: (nodeId, text) => hub.sendBinary(textFrame(nodeId, text), null),
  };
};
