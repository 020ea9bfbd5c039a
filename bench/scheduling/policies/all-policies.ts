import type { PolicyKind } from '../policy.ts';
import { type AtelierOptions, atelier } from './atelier.ts';
import { clusterGateway } from './cluster-gateway.ts';
import { comfyPoolLowest, comfyPoolZero } from './comfy-pool.ts';
import { leastLoaded, random, roundRobin } from './push-at-arrival.ts';
import { swarm, swarmNoOverQueue } from './swarm.ts';

/** Everybody who takes part, ours last; `atelier-…` are the studio's other strategies. */
export const allPolicies = (options: Omit<AtelierOptions, 'strategy'>): readonly PolicyKind[] => [
  roundRobin,
  leastLoaded,
  random,
  comfyPoolZero,
  comfyPoolLowest,
  swarm,
  swarmNoOverQueue,
  clusterGateway,
  atelier('round-robin', options),
  atelier('least-loaded', options),
  atelier('fastest-finish', options),
];
