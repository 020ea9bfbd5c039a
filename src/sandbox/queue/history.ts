import { itemTuple, type QueueItem } from './queue-item.ts';

/** A message of the run as the history keeps it. */
export type StatusMessage = readonly [event: string, data: Readonly<Record<string, unknown>>];

/** What a run leaves behind. */
export interface RunResult {
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly status: {
    readonly status_str: 'success' | 'error';
    readonly completed: boolean;
    readonly messages: readonly StatusMessage[];
  };
}

export interface HistoryEntry {
  readonly item: QueueItem;
  readonly result: RunResult;
}

export interface PromptHistory {
  add(item: QueueItem, result: RunResult): void;
  get(promptId: string): HistoryEntry | undefined;
  all(): readonly HistoryEntry[];
  /** As GET /history: the last `maxItems`, or so many from `offset` on. */
  page(maxItems: number | null, offset: number): Readonly<Record<string, unknown>>;
  delete(promptId: string): void;
  clear(): void;
}

/** The oldest entries are dropped beyond this many, as in ComfyUI. */
const maxEntries = 10_000;

/** An entry as the API shows it. */
export const shownEntry = ({ item, result }: HistoryEntry): Readonly<Record<string, unknown>> => ({
  prompt: itemTuple(item),
  outputs: result.outputs,
  status: result.status,
  meta: result.meta,
});

/** History in memory, in the order of completion; a prompt id used again keeps its old place (comfyui-protocol.md 4.5). */
export const createPromptHistory = (): PromptHistory => {
  const entries = new Map<string, HistoryEntry>();
  const sliceFrom = (count: number, maxItems: number | null, offset: number): readonly [number, number] => {
    const start = offset < 0 && maxItems !== null ? Math.max(0, count - maxItems) : Math.max(0, offset);
    return [start, maxItems === null ? count : start + maxItems];
  };
  return {
    add(item, result) {
      if (entries.size >= maxEntries) {
        const oldest = entries.keys().next().value;
        if (oldest !== undefined) entries.delete(oldest);
      }
      entries.set(item.promptId, { item, result });
    },
    get: (promptId) => entries.get(promptId),
    all: () => [...entries.values()],
    page(maxItems, offset) {
      const [start, end] = sliceFrom(entries.size, maxItems, offset);
      const chosen = [...entries].slice(start, end);
      return Object.fromEntries(chosen.map(([id, entry]) => [id, shownEntry(entry)]));
    },
    delete: (promptId) => void entries.delete(promptId),
    clear: () => entries.clear(),
  };
};
