import { assertNever } from '#core/shared/never.ts';
import type { PromptEvent } from './frame-reading.ts';

/**
 * Whether an event says that a sampler is stepping, or that it is not; null = it says neither. Each step comes with its picture and
 * with the state of all nodes, and those may come last (comfyui-protocol.md 3.5), so that they must not end the sampling.
 */
export const samplingSign = (event: PromptEvent | null): boolean | null => {
  if (event === null) return null;
  switch (event.kind) {
    case 'step':
      return event.value < event.max;
    case 'nodes':
    case 'preview':
      return null;
    case 'started':
    case 'cached':
    case 'executing':
    case 'executed':
    case 'succeeded':
    case 'failed':
    case 'interrupted':
    case 'ended':
      return false;
    default:
      return assertNever(event);
  }
};
