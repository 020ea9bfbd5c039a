import { StudioError } from '#contract/errors.ts';
import type { GatewayPortFinding } from '#contract/models/gateway.ts';
import type { InstanceDraft, InstanceView } from '#contract/models/instance.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { ComfyClient, SystemStats } from '#core/ports/comfy-client.ts';
import type { ForeignProcess, ForeignProcesses } from '#core/ports/foreign-processes.ts';
import type { PortProbe } from '#core/ports/machine.ts';
import type { Platform } from '../instances/configuration/paths.ts';
import type { Fleet } from '../instances/fleet-interface.ts';
import { importedInstance } from './imported-instance.ts';

/** ComfyUI answers while it works, but slowly at times. */
const answerLimitMs = 4000;
/** ComfyUI ends within two seconds of Ctrl+C (comfyui-protocol.md 1.3); custom nodes may take longer. */
const endLimitMs = 30_000;
const lookEveryMs = 200;

export interface GatewayPortDependencies {
  /** The gateway as it listens now. */
  readonly gateway: () => { readonly port: number; readonly address: string; move(port: number): Promise<void> };
  readonly fleet: Pick<Fleet, 'list' | 'get' | 'stop' | 'start'>;
  /** Checks, stores and answers an instance; INSTANCE_INVALID. */
  readonly createInstance: (draft: InstanceDraft) => Promise<InstanceView>;
  readonly moveInstance: (instanceId: string, port: number) => Promise<void>;
  readonly removeInstance: (instanceId: string) => Promise<void>;
  readonly suggestPort: (from: number) => Promise<number>;
  readonly portProbe: PortProbe;
  readonly client: Pick<ComfyClient, 'systemStats' | 'queueRemaining'>;
  readonly foreign: ForeignProcesses;
  /** Remembers the port for later starts. */
  readonly keepPort: (port: number) => Promise<void>;
  readonly clock: Clock;
  readonly platform: Platform;
}

export interface MovedGateway {
  readonly address: string;
  readonly movedInstanceId: string | null;
  readonly importedInstanceId: string | null;
}

/** The port of the gateway: who has one that is wanted, and how the gateway gets there. */
export interface GatewayPort {
  examine(port: number): Promise<GatewayPortFinding>;
  /**
   * `standIn` is an instance that goes on for the ComfyUI that somebody else started: it is started in its place, and nothing is
   * imported.
   */
  move(port: number, takeOver: boolean, standIn?: string | null): Promise<MovedGateway>;
}

const host = '127.0.0.1';

export const createGatewayPort = (dependencies: GatewayPortDependencies): GatewayPort => {
  const { gateway, fleet, portProbe, client, foreign, clock, platform } = dependencies;

  const busy = (port: number, details: Readonly<Record<string, unknown>>): StudioError =>
    new StudioError('GATEWAY_PORT_BUSY', undefined, { details: { port, ...details } });

  const instanceAt = (port: number): InstanceView | undefined =>
    fleet
      .list()
      .find(({ configuration, pid }) => configuration.kind === 'local' && configuration.port === port && pid !== null);

  const answerOf = async (port: number): Promise<{ stats: SystemStats; queueRemaining: number } | null> => {
    const endpoint = { baseUrl: `http://${host}:${port}`, authorization: null };
    try {
      const stats = await client.systemStats(endpoint, { timeoutMs: answerLimitMs });
      return { stats, queueRemaining: await client.queueRemaining(endpoint, { timeoutMs: answerLimitMs }) };
    } catch (error) {
      if (error instanceof StudioError) return null;
      throw error;
    }
  };

  const describe = async (pid: number | null): Promise<ForeignProcess | null> =>
    pid === null ? null : foreign.describe(pid);

  const examine = async (port: number): Promise<GatewayPortFinding> => {
    if (gateway().port === port) return { kind: 'gateway' };
    const instance = instanceAt(port);
    if (instance !== undefined) {
      const { configuration, runningJobIds } = instance;
      return {
        kind: 'instance',
        instanceId: configuration.id,
        name: configuration.name,
        runningJobs: runningJobIds.length,
      };
    }
    const { free, owner } = await portProbe.check(host, port);
    if (free) return { kind: 'free' };
    const answer = await answerOf(port);
    const pid = owner?.pid ?? null;
    if (answer === null) return { kind: 'other', pid, name: owner?.name ?? null };
    const found = await describe(pid);
    return {
      kind: 'comfyui',
      version: answer.stats.version,
      queueRemaining: answer.queueRemaining,
      pid,
      importable: found !== null && importedInstance(found, port, platform) !== null,
    };
  };

  const untilFree = async (port: number): Promise<void> => {
    const deadline = clock.now() + endLimitMs;
    for (;;) {
      if ((await portProbe.check(host, port)).free) return;
      if (clock.now() >= deadline) throw busy(port, { reason: 'does-not-end' });
      await new Promise<void>((resolve) => clock.schedule(lookEveryMs, resolve));
    }
  };

  /** An instance of this studio goes to another port; what it works on is not given up, and it comes back where anything fails. */
  const moveInstanceAway = async (port: number, instanceId: string): Promise<void> => {
    const other = await dependencies.suggestPort(port + 1);
    const { runningJobIds } = fleet.get(instanceId);
    if (runningJobIds.length > 0) throw busy(port, { runningJobs: runningJobIds.length });
    fleet.stop(instanceId, { drain: false });
    try {
      await untilFree(port);
      await dependencies.moveInstance(instanceId, other);
      await gateway().move(port);
    } finally {
      fleet.start(instanceId);
    }
  };

  const freeName = (wanted: string): string => {
    const taken = new Set(fleet.list().map(({ configuration }) => configuration.name));
    for (let number = 1; ; number += 1) {
      const name = number === 1 ? wanted : `${wanted} ${number}`;
      if (!taken.has(name)) return name;
    }
  };

  /** Asks it to end, unless it got work in the meantime, and waits until its port is free. */
  const end = async (port: number, found: ForeignProcess): Promise<void> => {
    const answer = await answerOf(port);
    if (answer === null || answer.queueRemaining > 0) throw busy(port, { queueRemaining: answer?.queueRemaining });
    if (!(await foreign.interrupt(found))) throw busy(port, { reason: 'changed' });
    await untilFree(port);
  };

  /** A ComfyUI that somebody else started becomes an instance: that it can is made sure before it is ended. */
  const importForeign = async (port: number, pid: number | null): Promise<string> => {
    const found = await describe(pid);
    const draft = found === null ? null : importedInstance(found, await dependencies.suggestPort(port + 1), platform);
    if (found === null || draft === null) {
      throw new StudioError('GATEWAY_PORT_FOREIGN', undefined, { details: { port, pid } });
    }
    const { configuration } = await dependencies.createInstance({ ...draft, name: freeName(draft.name) });
    const { id } = configuration;
    try {
      await end(port, found);
    } catch (error) {
      // It runs on as it was; a second one on its folders would be in its way.
      await dependencies.removeInstance(id);
      throw error;
    }
    try {
      await gateway().move(port);
    } finally {
      // Whatever becomes of the port: what was ended goes on.
      fleet.start(id);
    }
    return id;
  };

  /** A ComfyUI that somebody else started ends, and an instance that is there already goes on for it. */
  const replaceForeign = async (port: number, pid: number | null, standIn: string): Promise<void> => {
    const found = await describe(pid);
    if (found === null) throw new StudioError('GATEWAY_PORT_FOREIGN', undefined, { details: { port, pid } });
    await end(port, found);
    try {
      await gateway().move(port);
    } finally {
      fleet.start(standIn);
    }
  };

  const move = async (port: number, takeOver: boolean, standIn: string | null): Promise<MovedGateway> => {
    const finding = await examine(port);
    const answer = (moved: Partial<MovedGateway> = {}): MovedGateway => ({
      address: gateway().address,
      movedInstanceId: null,
      importedInstanceId: null,
      ...moved,
    });
    if (finding.kind === 'gateway') return answer();
    if (finding.kind === 'free') {
      await gateway().move(port);
      await dependencies.keepPort(port);
      return answer();
    }
    if (!takeOver || finding.kind === 'other') {
      throw new StudioError(takeOver ? 'GATEWAY_PORT_FOREIGN' : 'SERVER_PORT_TAKEN', undefined, {
        details: { port, ...finding },
      });
    }
    if (finding.kind === 'instance') {
      await moveInstanceAway(port, finding.instanceId);
      await dependencies.keepPort(port);
      return answer({ movedInstanceId: finding.instanceId });
    }
    if (finding.queueRemaining > 0) throw busy(port, { queueRemaining: finding.queueRemaining });
    if (standIn !== null) {
      await replaceForeign(port, finding.pid, standIn);
      await dependencies.keepPort(port);
      return answer();
    }
    const importedInstanceId = await importForeign(port, finding.pid);
    await dependencies.keepPort(port);
    return answer({ importedInstanceId });
  };

  let last: Promise<unknown> = Promise.resolve();
  return {
    examine,
    // One after the other: two would take each other's ports.
    move: (port, takeOver, standIn = null) => {
      const moving = last.then(
        () => move(port, takeOver, standIn),
        () => move(port, takeOver, standIn),
      );
      last = moving;
      return moving;
    },
  };
};
