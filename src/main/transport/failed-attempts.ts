/** Counts wrong tokens by address, so that a weak one cannot be guessed by trying. */
export interface FailedAttempts {
  /** Milliseconds until the address may try again; 0 = now. */
  waitMs(address: string): number;
  record(address: string): void;
}

export interface FailedAttemptsOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly maxFailures?: number;
  readonly windowMs?: number;
  /** Addresses remembered; the oldest is forgotten first. */
  readonly maxAddresses?: number;
}

export const createFailedAttempts = (options: FailedAttemptsOptions): FailedAttempts => {
  const { now, maxFailures = 10, windowMs = 60_000, maxAddresses = 1000 } = options;
  const windows = new Map<string, { readonly endsAt: number; failures: number }>();

  const current = (address: string): { readonly endsAt: number; failures: number } | undefined => {
    const window = windows.get(address);
    return window !== undefined && now() < window.endsAt ? window : undefined;
  };

  return {
    waitMs: (address) => {
      const window = current(address);
      return window !== undefined && window.failures >= maxFailures ? window.endsAt - now() : 0;
    },
    record: (address) => {
      const window = current(address) ?? { endsAt: now() + windowMs, failures: 0 };
      window.failures += 1;
      windows.delete(address);
      windows.set(address, window);
      for (const oldest of windows.keys()) {
        if (windows.size <= maxAddresses) break;
        windows.delete(oldest);
      }
    },
  };
};
