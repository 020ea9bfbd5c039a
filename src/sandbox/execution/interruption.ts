import type { ExecutionSignal } from '../nodes/node-definition.ts';

const interruptionName = 'InterruptProcessingException';

/** Whether a run ended since it was interrupted, which is no failure of its node. */
export const isInterruption = (error: unknown): boolean => error instanceof Error && error.name === interruptionName;

export interface Interruption {
  readonly signal: ExecutionSignal;
  /** Sets the flag; the node notices where ComfyUI's nodes do (comfyui-protocol.md 4.4). */
  interrupt(): void;
}

/** The interrupt flag of one prompt. Made anew for each prompt, so an interrupt between two of them is lost, as in ComfyUI. */
export const createInterruption = (): Interruption => {
  const controller = new AbortController();
  return {
    signal: {
      abort: controller.signal,
      throwIfInterrupted() {
        if (!controller.signal.aborted) return;
        throw Object.assign(new Error('the prompt was interrupted'), { name: interruptionName });
      },
    },
    interrupt: () => controller.abort(),
  };
};
