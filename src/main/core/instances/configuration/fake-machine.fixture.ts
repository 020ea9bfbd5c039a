import { StudioError } from '#contract/errors.ts';
import type { Gpu } from '#contract/models/gpu.ts';
import {
  type InstanceConfiguration,
  type InstanceDraft,
  instanceConfigurationSchema,
} from '#contract/models/instance.ts';
import type { FolderLister, HostReach, PortOwner } from '../../ports/machine.ts';
import { createFakeClock } from '../testing/fake-clock.fixture.ts';
import { createFlagLearner } from './flag-learner.ts';
import type { MachinePorts } from './gather-facts.ts';
import type { Platform } from './paths.ts';

/** A usage text of the shape that argparse prints, with the flags that matter to a launch. */
export const helpText = `usage: main.py [-h] [--listen [IP]] [--port PORT] [--tls-keyfile TLS_KEYFILE]
               [--enable-cors-header [ORIGIN]] [--base-directory BASE_DIRECTORY]
               [--models-directory MODELS_DIRECTORY] [--output-directory OUTPUT_DIRECTORY]
               [--input-directory INPUT_DIRECTORY] [--temp-directory TEMP_DIRECTORY]
               [--user-directory USER_DIRECTORY] [--extra-model-paths-config PATH [PATH ...]]
               [--database-url DATABASE_URL] [--auto-launch] [--disable-auto-launch]
               [--cuda-device DEVICE_ID] [--directml [DIRECTML_DEVICE]]
               [--preview-method [none,auto,latent2rgb,taesd]] [--preview-size PREVIEW_SIZE]
               [--cache-ram [GB ...] | --cache-classic | --cache-lru CACHE_LRU | --cache-none]
               [--use-split-cross-attention | --use-pytorch-cross-attention]
               [--gpu-only | --highvram | --lowvram | --novram | --cpu]
               [--reserve-vram RESERVE_VRAM] [--fast [{fp16_accumulation,fp8_matrix_mult} ...]]
               [--verbose [{DEBUG,INFO,WARNING}]] [--quick-test-for-ci]
               [--whitelist-custom-nodes NAME [NAME ...]]

options:
  -h, --help            show this help message and exit
  --listen [IP]         Address to bind. Without a value it listens everywhere, see --not-a-flag in the manual.
  --port PORT           Port to listen on.
  --late-flag VALUE     Named in this list only.
`;

export const gpuOf = (index: number, changes: Partial<Gpu> = {}): Gpu => ({
  index,
  uuid: `GPU-${index}1111111-2222-3333-4444-555555555555`,
  name: 'NVIDIA GeForce RTX 4090',
  vendor: 'nvidia',
  busId: `00000000:0${index + 1}:00.0`,
  memoryTotalBytes: 24 * 1024 ** 3,
  driverVersion: '580.1',
  ...changes,
});

export const configurationOf = (changes: Partial<InstanceConfiguration> = {}): InstanceConfiguration => ({
  ...instanceConfigurationSchema.parse({ id: 'one', name: 'One', comfyuiFolder: '/comfy' }),
  ...changes,
});

export const draftOf = (changes: Partial<InstanceDraft> = {}): InstanceDraft => ({ name: 'One', ...changes });

export interface FakeWorld {
  readonly folders?: readonly string[];
  readonly files?: readonly string[];
  readonly programs?: readonly string[];
  readonly unreadable?: readonly string[];
  readonly readOnly?: readonly string[];
  readonly listeners?: Readonly<Record<number, PortOwner | null>>;
  readonly gpus?: readonly Gpu[];
  readonly help?: string | null;
  /** What every program answers to `--version`. */
  readonly version?: string;
  readonly reach?: HostReach;
  readonly platform?: Platform;
  readonly ownAddresses?: readonly string[];
}

const never = <Result>(): Promise<Result> => new Promise<Result>(() => {});

/** Parts that do not answer any more. */
export type Hanging = 'gpus' | 'hosts' | 'ports' | 'help' | 'disk';

/** A machine made of lists. Everything below `/` that is not listed is missing; the root can be written into. */
export const createFakeMachine = (world: FakeWorld = {}, hanging: readonly Hanging[] = []) => {
  const {
    folders = ['/', '/data', '/comfy'],
    files = ['/comfy/main.py'],
    programs = ['/comfy/venv/bin/python'],
  } = world;
  const hangs = (part: Hanging): boolean => hanging.includes(part);
  const clock = createFakeClock();
  const commands: string[][] = [];
  const inspector: MachinePorts['files'] & FolderLister = {
    kind: async (path) => {
      if (hangs('disk')) return never();
      if (world.unreadable?.includes(path) === true) return 'unreadable';
      if (folders.includes(path)) return 'folder';
      return files.includes(path) || programs.includes(path) ? 'file' : 'missing';
    },
    isExecutable: async (path) => programs.includes(path),
    isWritable: async (path) => folders.includes(path) && world.readOnly?.includes(path) !== true,
    ensureFolder: async () => {},
    subfolders: async (path) =>
      folders
        .filter((folder) => folder.startsWith(`${path}/`) && !folder.slice(path.length + 1).includes('/'))
        .map((folder) => folder.slice(path.length + 1)),
  };
  const runner: MachinePorts['commands'] = {
    run: async (command, args) => {
      commands.push([command, ...args]);
      if (hangs('help') && args.at(-1) === '--help') return never();
      const isKnown = programs.includes(command) || command === 'node';
      if (!isKnown) throw new StudioError('LAUNCH_FAILED', undefined, { details: { systemCode: 'ENOENT' } });
      if (args[0] === '--version') return { exitCode: 0, stdout: world.version ?? 'Python 3.12.4\n', stderr: '' };
      const help = world.help === undefined ? helpText : world.help;
      return help === null
        ? { exitCode: 1, stdout: '', stderr: 'Traceback' }
        : { exitCode: 0, stdout: help, stderr: '' };
    },
  };
  const machine: MachinePorts = {
    files: inspector,
    clock,
    commands: runner,
    ports: {
      check: async (_, port) => {
        if (hangs('ports')) return never();
        const owner = world.listeners?.[port];
        return owner === undefined ? { free: true, owner: null } : { free: false, owner };
      },
    },
    gpus: {
      list: () => (hangs('gpus') ? never() : Promise.resolve(world.gpus ?? [])),
      read: async () => [],
    },
    hosts: {
      reach: () => (hangs('hosts') ? never() : Promise.resolve(world.reach ?? 'open')),
      ownAddresses: () => ['127.0.0.1', '192.168.1.5'],
    },
    flags: createFlagLearner({ commands: runner, clock }),
    ownAddresses: () => world.ownAddresses ?? [],
    site: {
      platform: world.platform ?? 'linux',
      dataFolder: '/data',
      parentEnvironment: { PATH: '/usr/bin', HOME: '/home/me' },
      sandbox: { command: 'node', arguments: ['/app/sandbox.js'], environment: { ELECTRON_RUN_AS_NODE: '1' } },
    },
  };
  return { machine, clock, commands, inspector };
};
