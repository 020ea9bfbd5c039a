import { createNodeError, isNodeError, type NodeError } from '#comfyui/python/node-failure.ts';

const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(2)} GiB`;

const outOfMemoryType = 'torch.OutOfMemoryError';

/** The error of a card whose memory does not hold what a node asks for (comfyui-protocol.md 6). */
export const createOutOfMemoryError = (requestedBytes: number, totalBytes: number, freeBytes: number): NodeError =>
  createNodeError(
    outOfMemoryType,
    `CUDA out of memory. Tried to allocate ${gibibytes(requestedBytes)}. GPU 0 has a total capacity of ` +
      `${gibibytes(totalBytes)} of which ${gibibytes(freeBytes)} is free.`,
  );

/** Whether a node failed since the simulated card ran out of memory. */
export const isOutOfMemory = (error: unknown): boolean =>
  isNodeError(error) && error.failure.exceptionType === outOfMemoryType;
