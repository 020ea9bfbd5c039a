import { type InstanceConfiguration, instanceConfigurationSchema } from '#contract/models/instance.ts';

/** Speeds of a sandbox fleet, repeating: two fast cards, a slower one, a slow one. */
const speeds = [1, 1, 0.5, 0.25] as const;

export const sandboxId = (position: number): string => `sandbox-${position}`;

export const sandboxIds = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => sandboxId(index + 1));

const isSandboxId = (id: string): boolean => /^sandbox-[1-9]\d*$/.test(id);

export interface SandboxFleetChange {
  /** Configurations to add, with port 0: the caller gives each a free port. */
  readonly create: readonly InstanceConfiguration[];
  /** Configurations that exist and need another clock or another start on launch. */
  readonly update: readonly InstanceConfiguration[];
}

/**
 * What turns the stored instances into a fleet of `count` sandbox instances. Those that exist stay as the user left them, except
 * for the clock; ones beyond `count` are kept but no longer start on launch.
 */
export const planSandboxFleet = (
  existing: readonly InstanceConfiguration[],
  wanted: { readonly count: number; readonly clock: number },
): SandboxFleetChange => {
  const byId = new Map(existing.map((configuration) => [configuration.id, configuration]));
  const positions = Array.from({ length: wanted.count }, (_, index) => index + 1);
  const members = new Set(sandboxIds(wanted.count));
  const create = positions
    .filter((position) => !byId.has(sandboxId(position)))
    .map((position) => {
      const speed = speeds[(position - 1) % speeds.length] ?? 1;
      return instanceConfigurationSchema.parse({
        id: sandboxId(position),
        name: `Sandbox ${position}`,
        description: `Simulated card, speed ${speed}`,
        program: 'sandbox',
        port: 0,
        autoStart: true,
        sandbox: { speed, clock: wanted.clock },
      });
    });
  const update = existing.flatMap((configuration) => {
    if (!isSandboxId(configuration.id)) return [];
    const autoStart = members.has(configuration.id);
    const clock = autoStart ? wanted.clock : configuration.sandbox.clock;
    const same = autoStart === configuration.autoStart && clock === configuration.sandbox.clock;
    return same ? [] : [{ ...configuration, autoStart, sandbox: { ...configuration.sandbox, clock } }];
  });
  return { create, update };
};

/** Where the search for free ports begins: away from the ports that ComfyUI users have. */
export const sandboxFirstPort = 8288;
