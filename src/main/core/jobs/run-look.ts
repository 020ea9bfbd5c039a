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

interface LookOptions {
  readonly ended: boolean;
  readonly staleEntry: HistoryEntry | null;
  readonly signal: AbortSignal;
}

/** Messages carry the times of the run, so that two runs of one prompt differ in them. */
const isSameRun = (entry: HistoryEntry, stale: HistoryEntry | null): boolean =>
  stale !== null && JSON.stringify(entry.messages) === JSON.stringify(stale.messages);

/**
 * Looks for a prompt in the queue first and in the history then: it only ever moves that way, so that one which is in neither was
 * not missed in between. `ended` asks the history first, where it most likely stands.
 */
export const lookForPrompt = async (
  client: Pick<ComfyClient, 'queue' | 'history'>,
  endpoint: ComfyEndpoint,
  promptId: string,
  { ended, staleEntry, signal }: LookOptions,
): Promise<Look> => {
  const history = async (): Promise<HistoryEntry | null> => {
    const entry = await client.history(endpoint, promptId, signal);
    return entry === null || isSameRun(entry, staleEntry) ? null : entry;
  };
  try {
    const early = ended ? await history() : null;
    if (early !== null) return { kind: 'finished', entry: early };
    const queue = await client.queue(endpoint, { timeoutMs: queueTimeoutMs, signal });
    if (queue.runningPromptIds.includes(promptId)) return { kind: 'running' };
    if (queue.pendingPromptIds.includes(promptId)) return { kind: 'pending' };
    const entry = await history();
    return entry === null ? { kind: 'absent' } : { kind: 'finished', entry };
  } catch (error) {
    if (error instanceof StudioError) return { kind: 'unreachable', error };
    throw error;
  }
};
