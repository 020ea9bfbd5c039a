import type { JobOutput } from '#contract/models/job.ts';
import type { HistoryEntry } from '#core/ports/comfy-client.ts';
import { readOutputs } from './job-outputs.ts';
import { type Rejection, readExecutionError } from './node-errors.ts';

/** How a prompt ended on an instance. */
export type Settlement =
  | { readonly kind: 'succeeded'; readonly outputs: readonly JobOutput[] }
  | { readonly kind: 'failed'; readonly outputs: readonly JobOutput[]; readonly rejection: Rejection }
  | { readonly kind: 'cancelled'; readonly outputs: readonly JobOutput[] };

/**
 * Reads a history entry, which is the truth about how a prompt ended. An interrupted prompt has the status of a failed one; its last
 * message tells them apart (comfyui-protocol.md 4.5). What was made before the end is kept.
 */
export const readSettlement = (entry: HistoryEntry): Settlement => {
  const outputs = readOutputs(entry.outputs);
  const failure = entry.messages.findLast(([event]) => event === 'execution_error');
  if (entry.messages.some(([event]) => event === 'execution_interrupted')) return { kind: 'cancelled', outputs };
  if (entry.statusText === 'success') return { kind: 'succeeded', outputs };
  return { kind: 'failed', outputs, rejection: readExecutionError(failure?.[1] ?? {}) };
};
