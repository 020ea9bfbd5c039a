import type { ValidPrompt } from '#comfyui/validation/prompt-model.ts';

/** One prompt in the queue. */
export interface QueueItem {
  readonly number: number;
  readonly promptId: string;
  readonly prompt: ValidPrompt;
  /** As GET /queue and the history show it: without secrets. */
  readonly extraData: Readonly<Record<string, unknown>>;
  readonly outputs: readonly string[];
}

/** The five-part form in which the API shows an item. */
export const itemTuple = (item: QueueItem): readonly unknown[] => [
  item.number,
  item.promptId,
  item.prompt,
  item.extraData,
  item.outputs,
];

/** Kept out of everything that is shown (comfyui-protocol.md 4.1). */
const secretNames: ReadonlySet<string> = new Set(['auth_token_comfy_org', 'api_key_comfy_org']);

/** Extra data without what must not be shown. */
export const withoutSecrets = (extraData: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(extraData).filter(([name]) => !secretNames.has(name)));

/** The client that gets the events; null when nobody gave one, and then progress goes to everybody. */
export const clientIdOf = (item: QueueItem): string | null => {
  const id = item.extraData.client_id;
  if (id === undefined || id === null) return null;
  return typeof id === 'string' ? id : JSON.stringify(id);
};
