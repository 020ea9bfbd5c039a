import type { StudioClient } from '#contract/client.ts';

const storageKey = 'atelier-contract-hash';

export interface ReloadOptions {
  /** Lives as long as the tab, so that a studio that stays different makes one reload and no loop. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>;
  readonly reload: () => void;
}

/**
 * A page left open over an update speaks an old contract. After every reconnect the hash is compared with the one at the
 * first connection; a new one reloads the page, once for each hash. The answer ends it.
 */
export const reloadOnUpdate = (client: StudioClient, { storage, reload }: ReloadOptions): (() => void) => {
  let known: string | undefined;
  const compare = async (): Promise<void> => {
    const { contractHash } = await client.call('studio.describe', {});
    known ??= contractHash;
    if (contractHash === known || storage.getItem(storageKey) === contractHash) return;
    storage.setItem(storageKey, contractHash);
    reload();
  };
  const check = (): void => {
    // A connection that breaks again meanwhile is checked when it is back.
    compare().catch(() => undefined);
  };
  if (client.connection() === 'open') check();
  return client.onConnection((state) => {
    if (state === 'open') check();
  });
};
