import { StudioError } from '#contract/errors.ts';
import type { ComfyClient, ComfyEndpoint, HistoryEntry } from '#core/ports/comfy-client.ts';

/** Where a prompt is on an instance. */
export type Look =
  | { readonly kind: 'running' }
  | { readonly kind: 'pending' }
  | { readonly kind: 'finished'; readonly entry: HistoryEntry }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreachable'; readonly error: StudioError };

const queueTimeoutMs = 10_000;

/**
 * Looks for a prompt in the queue first and in the history then: it only ever moves that way, so that one which is in neither was
 * not missed in between. `ended` asks the history first, where it most likely stands.
 */
export const lookForPrompt = async (
  client: Pick<ComfyClient, 'queue' | 'history'>,
  endpoint: ComfyEndpoint,
  promptId: string,
  { ended, signal }: { readonly ended: boolean; readonly signal: AbortSignal },
): Promise<Look> => {
  try {
    const early = ended ? await client.history(endpoint, promptId, signal) : null;
    if (early !== null) return { kind: 'finished', entry: early };
    const queue = await client.queue(endpoint, { timeoutMs: queueTimeoutMs, signal });
    if (queue.runningPromptIds.includes(promptId)) return { kind: 'running' };
    if (queue.pendingPromptIds.includes(promptId)) return { kind: 'pending' };
    const entry = await client.history(endpoint, promptId, signal);
    return entry === null ? { kind: 'absent' } : { kind: 'finished', entry };
  } catch (error) {
    if (error instanceof StudioError) return { kind: 'unreachable', error };
    throw error;
  }
};
