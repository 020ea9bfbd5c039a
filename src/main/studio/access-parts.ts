import type { CallOutput } from '#contract/calls/index.ts';
import { isLoopbackHost } from '../transport/access-guard.ts';
import type { StudioOptions } from './studio.ts';

/** What the owner of the machine may know about getting in. */
export interface AccessParts {
  reveal(withLoginLink: boolean): CallOutput<'access.reveal'>;
}

export const createAccessParts = (
  { studio, gateway }: Pick<StudioOptions, 'studio' | 'gateway'>,
  createLoginLink: () => string,
): AccessParts => ({
  reveal: (withLoginLink) => ({
    studio: { byNetwork: !isLoopbackHost(studio.host), token: studio.accessToken },
    gateway: { byNetwork: !isLoopbackHost(gateway.host), token: gateway.accessToken },
    loginLink: withLoginLink && studio.accessToken !== null ? createLoginLink() : null,
  }),
});
