import { legacyBytes } from './binary-frames.ts';
import { executing, type NodeInWork, type Outgoing, type OutgoingBinary } from './outgoing.ts';

/** What one client is sent, in the words in which it reads. */
export interface Attribution {
  /** One item as it goes over the wire, with what has to be said before it. */
  address(item: Outgoing, readsMetadata: boolean): readonly (string | Uint8Array)[];
}

const textOf = (type: string, data: unknown): string => JSON.stringify({ type, data });

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** The node that made a frame: as it says itself, else what its job was working on. */
const nodeOf = ({ frame, at }: OutgoingBinary): NodeInWork | null => {
  const metadata = frame.kind === 'picture' ? frame.metadata : null;
  const node = text(metadata?.['node_id']);
  return node === null ? at : { node, displayNode: text(metadata?.['display_node_id']) ?? node };
};

/**
 * Clients credit a frame that names no prompt to the last `executing` that they were told of. On one ComfyUI one prompt runs at a time;
 * here several of one client may, so that their `executing` is said again before such a frame of another one (comfyui-protocol.md 3.6).
 */
export const createAttribution = (): Attribution => {
  /** The job of the last `executing`; null when it named none, or told of an end. */
  let lastJobId: string | null = null;

  const addressBinary = (item: OutgoingBinary, readsMetadata: boolean): readonly (string | Uint8Array)[] => {
    const { frame, jobId } = item;
    if (readsMetadata && frame.kind === 'picture' && frame.metadata !== null) return [frame.bytes];
    const bytes = legacyBytes(frame);
    const node = nodeOf(item);
    if (lastJobId === jobId || node === null) return [bytes];
    lastJobId = jobId;
    const again = executing(jobId, node);
    return [textOf(again.type, again.data), bytes];
  };

  return {
    address: (item, readsMetadata) => {
      if (item.kind === 'binary') return addressBinary(item, readsMetadata);
      if (item.type === 'executing') lastJobId = typeof item.data['node'] === 'string' ? item.jobId : null;
      // Some clients turn to a job as soon as it starts.
      if (item.type === 'execution_start') lastJobId = null;
      return [textOf(item.type, item.data)];
    },
  };
};
