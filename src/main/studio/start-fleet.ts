import type { InstanceView } from '#contract/models/instance.ts';
import type { Notice } from '#contract/models/studio.ts';
import type { Fleet } from '#core/instances/fleet-interface.ts';
import type { PortProbe } from '#core/ports/machine.ts';
import { planSandboxFleet, sandboxFirstPort, sandboxIds } from './sandbox-fleet.ts';
import type { StudioOptions } from './studio.ts';

/** What the start of a studio does with a fleet. */
type StartingFleet = Pick<Fleet, 'open' | 'list' | 'create' | 'update' | 'start'> & {
  readonly feed: Pick<Fleet['feed'], 'listen'>;
};

const loopback = '127.0.0.1';
const lastPort = 65_535;

/** A port that no instance has and nobody listens on. */
const freePort = async (from: number, taken: ReadonlySet<number>, portProbe: PortProbe): Promise<number> => {
  for (let port = from; port <= lastPort; port += 1) {
    if (!taken.has(port) && (await portProbe.check(loopback, port)).free) return port;
  }
  return 0;
};

const isIdle = ({ state }: Pick<InstanceView, 'state'>): boolean => state.kind === 'stopped' || state.kind === 'failed';

/** Not up, and not about to be by itself on the port that it has. */
const isDown = ({ state }: InstanceView): boolean => isIdle({ state }) || state.kind === 'stopping';

/**
 * Gives another port to each member that is down and whose port somebody else has by now: nobody chose it. An instance of the user's
 * own is never moved, since others may know its address.
 */
const moveFromTakenPorts = async (
  fleet: StartingFleet,
  members: ReadonlySet<string>,
  portProbe: PortProbe,
): Promise<void> => {
  const taken = new Set(fleet.list().map(({ configuration }) => configuration.port));
  for (const { configuration } of fleet.list().filter(isDown)) {
    const { id, kind, host, port } = configuration;
    if (!members.has(id) || kind !== 'local' || (await portProbe.check(host, port)).free) continue;
    const free = await freePort(sandboxFirstPort, taken, portProbe);
    taken.add(free);
    await fleet.update({ ...configuration, port: free });
  }
};

const keepSandboxFleet = async (
  fleet: StartingFleet,
  wanted: { readonly count: number; readonly clock: number },
  portProbe: PortProbe,
): Promise<void> => {
  const change = planSandboxFleet(
    fleet.list().map(({ configuration }) => configuration),
    wanted,
  );
  for (const configuration of change.update) await fleet.update(configuration);
  await moveFromTakenPorts(fleet, new Set(sandboxIds(wanted.count)), portProbe);
  const taken = new Set(fleet.list().map(({ configuration }) => configuration.port));
  let from = sandboxFirstPort;
  for (const configuration of change.create) {
    const port = await freePort(from, taken, portProbe);
    taken.add(port);
    from = port + 1;
    await fleet.create({ ...configuration, port });
  }
};

const isOnItsWay = ({ state }: InstanceView): boolean => state.kind === 'starting' || state.kind === 'waiting';

/** Resolves when none of the instances is on its way any more: each is ready, failed, stopped or removed. */
const untilSettled = (fleet: Pick<StartingFleet, 'list' | 'feed'>, instanceIds: readonly string[]): Promise<void> =>
  new Promise((resolve) => {
    const wanted = new Set(instanceIds);
    const check = (): void => {
      if (fleet.list().some((view) => wanted.has(view.configuration.id) && isOnItsWay(view))) return;
      stop();
      resolve();
    };
    const stop = fleet.feed.listen(check);
    check();
  });

/**
 * Loads the fleet, takes over what survived the last studio, brings a sandbox fleet to its size, and starts what is marked to start
 * on launch, in order. `launched` resolves when those starts have come to an end, good or bad.
 */
export const startFleet = async (parts: {
  readonly fleet: StartingFleet;
  readonly options: Pick<StudioOptions, 'autoStart' | 'sandboxFleet'>;
  readonly portProbe: PortProbe;
}): Promise<{ readonly notices: readonly Notice[]; readonly launched: () => Promise<void> }> => {
  const { fleet, options, portProbe } = parts;
  const { notices } = await fleet.open({ autoStart: false });
  if (options.sandboxFleet !== null) await keepSandboxFleet(fleet, options.sandboxFleet, portProbe);
  const marked = fleet
    .list()
    .filter((view) => options.autoStart && view.configuration.autoStart)
    .filter(({ configuration }) => configuration.enabled && configuration.kind === 'local');
  for (const view of marked.filter(isIdle)) fleet.start(view.configuration.id);
  const ids = marked.map(({ configuration }) => configuration.id);
  return { notices, launched: () => untilSettled(fleet, ids) };
};
