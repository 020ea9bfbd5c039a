import type { PageHeaders } from '#core/viewer/framing.ts';

/** Asks for a page as a browser would that frames it, and reads its headers only. */
export interface PageProbe {
  /** Null when nobody answers within the limit. */
  look(
    address: string,
    from: {
      readonly site: 'same-site' | 'cross-site';
      readonly timeoutMs: number;
      readonly signal: AbortSignal;
    },
  ): Promise<PageHeaders | null>;
}
