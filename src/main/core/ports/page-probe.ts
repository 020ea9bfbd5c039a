import type { PageHeaders } from '#core/viewer/framing.ts';

/** Asks for a page and reads its headers only. */
export interface PageProbe {
  /** Null when nobody answers within the limit. */
  look(
    address: string,
    limits: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<PageHeaders | null>;
}
