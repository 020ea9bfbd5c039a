import type { LaunchPlan } from '#core/ports/process-host.ts';

/** FNV-1a over the UTF-8 bytes, 64 bits: no secret depends on it, it only tells two command lines apart. */
const fnv1a = (text: string): bigint => {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text))
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash;
};

/** Tells whether a running process is the one that a configuration means now: command, arguments, environment, folder. */
export const planHash = (plan: LaunchPlan): string => {
  const environment = Object.entries(plan.environment).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const whole = JSON.stringify([plan.command, plan.arguments, environment, plan.workingFolder]);
  return fnv1a(whole).toString(16).padStart(16, '0');
};
