import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import type { InstanceDraft, InstanceView } from '#contract/models/instance.ts';
import { createManualClock } from '../jobs/manual-clock.fixture.ts';
import { createGatewayPort, type GatewayPortDependencies } from './gateway-port.ts';

interface Machine {
  /** Who listens where. */
  readonly listeners: Map<number, 'comfyui' | 'other'>;
  queueRemaining: number;
  /** Whether the foreign ComfyUI ends when it is asked to. */
  ends: boolean;
  describable: boolean;
  readonly did: string[];
}

const setUp = (changes: Partial<Machine> = {}) => {
  const machine: Machine = {
    listeners: new Map([[8188, 'comfyui' as const]]),
    queueRemaining: 0,
    ends: true,
    describable: true,
    did: [],
    ...changes,
  };
  const { did, listeners } = machine;
  const clock = createManualClock();
  let port = 8187;
  // Tests read of an instance what stands here.
  const created = { configuration: { id: 'imported', kind: 'local', port: 8190 }, pid: null } as InstanceView;
  const found = {
    pid: 42,
    command: ['/venv/bin/python', 'main.py'],
    workingFolder: '/comfy',
    environment: {},
  };
  const dependencies: GatewayPortDependencies = {
    gateway: () => ({
      port,
      address: `http://127.0.0.1:${port}`,
      move: async (wanted) => {
        if (listeners.has(wanted)) throw new StudioError('SERVER_PORT_TAKEN');
        port = wanted;
        did.push(`gateway ${wanted}`);
      },
    }),
    fleet: {
      list: () => [],
      get: () => created,
      stop: () => created,
      start: (id) => {
        did.push(`start ${id}`);
        return created;
      },
    },
    createInstance: async (draft: InstanceDraft) => {
      did.push(`create ${draft.port}`);
      return created;
    },
    moveInstance: async () => undefined,
    removeInstance: async (id) => {
      did.push(`remove ${id}`);
    },
    suggestPort: async (from) => from + 1,
    portProbe: {
      check: async (_host, wanted) =>
        listeners.has(wanted) ? { free: false, owner: { pid: 42, name: 'python' } } : { free: true, owner: null },
    },
    client: {
      systemStats: async () => {
        if (listeners.get(8188) !== 'comfyui') throw new StudioError('INSTANCE_UNREACHABLE');
        return { version: '0.33.0', arguments: [], devices: [] };
      },
      queueRemaining: async () => machine.queueRemaining,
    },
    foreign: {
      describe: async () => (machine.describable ? found : null),
      interrupt: async () => {
        did.push('interrupt');
        if (machine.ends) listeners.delete(8188);
        return true;
      },
    },
    keepPort: async (kept) => {
      did.push(`keep ${kept}`);
    },
    clock,
    platform: 'linux',
  };
  return { machine, clock, gatewayPort: createGatewayPort(dependencies), did };
};

describe('a port that a foreign ComfyUI has', () => {
  it('is taken over: sure to go on first, then ended, then the gateway, then started again', async () => {
    const { gatewayPort, did } = setUp();
    await expect(gatewayPort.examine(8188)).resolves.toEqual({
      kind: 'comfyui',
      version: '0.33.0',
      queueRemaining: 0,
      pid: 42,
      importable: true,
    });
    await expect(gatewayPort.move(8188, true)).resolves.toMatchObject({ importedInstanceId: 'imported' });
    expect(did).toEqual(['create 8190', 'interrupt', 'gateway 8188', 'start imported', 'keep 8188']);
  });

  it('is taken over for an instance that stands for it already, and nothing is imported', async () => {
    const { gatewayPort, did } = setUp();
    await expect(gatewayPort.move(8188, true, 'legacy')).resolves.toMatchObject({ importedInstanceId: null });
    expect(did).toEqual(['interrupt', 'gateway 8188', 'start legacy', 'keep 8188']);
  });

  it('is left to it where it got work, or nobody knows its process, although an instance stands for it', async () => {
    const { gatewayPort, machine, did } = setUp({ describable: false });
    await expect(gatewayPort.move(8188, true, 'legacy')).rejects.toMatchObject({ code: 'GATEWAY_PORT_FOREIGN' });
    machine.queueRemaining = 1;
    await expect(gatewayPort.move(8188, true, 'legacy')).rejects.toMatchObject({ code: 'GATEWAY_PORT_BUSY' });
    expect(did).toEqual([]);
  });

  it.each<[string, Partial<Machine>, boolean, string]>([
    ['nobody asked to take over', {}, false, 'SERVER_PORT_TAKEN'],
    ['it has work', { queueRemaining: 2 }, true, 'GATEWAY_PORT_BUSY'],
    ['nobody knows how it was started', { describable: false }, true, 'GATEWAY_PORT_FOREIGN'],
    ['it is no ComfyUI', { listeners: new Map([[8188, 'other']]) }, true, 'GATEWAY_PORT_FOREIGN'],
  ])('is left alone when %s', async (_name, changes, takeOver, code) => {
    const { gatewayPort, did } = setUp(changes);
    await expect(gatewayPort.move(8188, takeOver)).rejects.toMatchObject({ code });
    expect(did).toEqual([]);
  });

  it('is left as it runs when it does not end', async () => {
    const { gatewayPort, did, clock } = setUp({ ends: false });
    const moving = gatewayPort.move(8188, true);
    const refused = expect(moving).rejects.toMatchObject({ code: 'GATEWAY_PORT_BUSY' });
    await clock.advance(31_000);
    await refused;
    expect(did).toEqual(['create 8190', 'interrupt', 'remove imported']);
  });
});

describe('other ports', () => {
  it('that are free are taken, and kept', async () => {
    const { gatewayPort, did } = setUp();
    await expect(gatewayPort.move(9000, false)).resolves.toMatchObject({ address: 'http://127.0.0.1:9000' });
    expect(did).toEqual(['gateway 9000', 'keep 9000']);
  });

  it('are not needed where the gateway is already', async () => {
    const { gatewayPort, did } = setUp();
    await expect(gatewayPort.examine(8187)).resolves.toEqual({ kind: 'gateway' });
    await expect(gatewayPort.move(8187, true)).resolves.toMatchObject({ address: 'http://127.0.0.1:8187' });
    expect(did).toEqual([]);
  });
});
