/** Keeps secrets unreadable on disk. */
export interface SecretSeal {
  /** Text that only `unseal` on this machine's data folder can read. STORE_WRITE_FAILED when there is no key and none can be kept. */
  seal(text: string): string;
  /** Null for what was sealed under a key that is gone, or is damaged. */
  unseal(sealed: string): string | null;
}
