import { StudioError } from '#contract/errors.ts';
import type { Gpu } from '#contract/models/gpu.ts';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import type { Clock } from '../../ports/clock.ts';
import type {
  CommandRunner,
  FileInspector,
  GpuProbe,
  HostProbe,
  HostReach,
  PortProbe,
  PortState,
} from '../../ports/machine.ts';
import { findPython } from './find-python.ts';
import type { FlagKnowledge } from './flag-knowledge.ts';
import type { FlagLearner } from './flag-learner.ts';
import type { LaunchSite } from './launch-plan.ts';
import { helpProgram } from './launch-planner.ts';
import { joinPath, type Platform, parentPath } from './paths.ts';
import { isHost, parseRemoteUrl, reachableHost } from './remote-address.ts';
import { isPort } from './rules/address-rules.ts';
import { type InstallFacts, type PathFact, pathFields, pathShapeProblem } from './rules/path-rules.ts';
import { within } from './within.ts';

/** What validation asks the machine through. */
export interface MachinePorts {
  readonly files: FileInspector;
  readonly ports: PortProbe;
  readonly gpus: GpuProbe;
  readonly hosts: HostProbe;
  readonly commands: CommandRunner;
  readonly flags: FlagLearner;
  readonly clock: Clock;
  readonly site: LaunchSite;
  /** Where this studio and its gateway listen; empty until they do. */
  readonly ownAddresses: () => readonly string[];
}

/** Everything the machine tells about one local configuration; null where it did not answer in time. */
export interface LocalFacts {
  readonly portState: PortState | null;
  readonly gpus: readonly Gpu[] | null;
  readonly paths: ReadonlyMap<string, PathFact | null>;
  readonly install: InstallFacts | null;
  readonly knowledge: FlagKnowledge | null;
}

/** A form waits for this; a tool or a network drive that hangs costs one warning. */
export const factLimitMs = 4000;
const hostLimitMs = 3000;
/** While somebody types, flags learned this recently hold. */
const typingKnowledgeMaxAgeMs = 600_000;
const maxFolderDepth = 64;

/** Whether a folder that is missing could be made: the nearest one above that is there can be written into. */
const canBeMade = async (path: string, files: FileInspector, platform: Platform): Promise<boolean> => {
  let folder = path;
  for (let step = 0; step < maxFolderDepth; step += 1) {
    const kind = await files.kind(folder);
    if (kind === 'folder') return files.isWritable(folder);
    if (kind !== 'missing') return false;
    folder = parentPath(folder, platform);
  }
  return false;
};

export const pathFact = async (path: string, files: FileInspector, platform: Platform): Promise<PathFact> => {
  const kind = await files.kind(path);
  return { kind, writable: kind === 'missing' || kind === 'folder' ? await canBeMade(path, files, platform) : false };
};

const pythonState = async (command: string, machine: MachinePorts): Promise<InstallFacts['python']['state']> => {
  if (/[\\/]/.test(command)) {
    const kind = await machine.files.kind(command);
    if (kind === 'missing') return 'missing';
    return (await machine.files.isExecutable(command)) ? 'usable' : 'not-executable';
  }
  try {
    const { exitCode } = await machine.commands.run(command, ['--version'], {
      timeoutMs: factLimitMs,
      environment: machine.site.parentEnvironment,
    });
    return exitCode === 0 ? 'usable' : 'not-run';
  } catch (error) {
    if (error instanceof StudioError && error.code === 'LAUNCH_FAILED') return 'not-run';
    throw error;
  }
};

export const installFacts = async (
  configuration: InstanceConfiguration,
  machine: MachinePorts,
): Promise<InstallFacts | null> => {
  const { files, site } = machine;
  const { comfyuiFolder } = configuration;
  if (configuration.program === 'sandbox' || comfyuiFolder === '') return null;
  if (pathShapeProblem({ field: '', label: '', path: comfyuiFolder }, site.platform) !== null) return null;
  if ((await files.kind(comfyuiFolder)) !== 'folder') return null;
  const python = await findPython(configuration, files, site.platform);
  return {
    hasMainFile: (await files.kind(joinPath(site.platform, comfyuiFolder, 'main.py'))) === 'file',
    python: { ...python, state: await pythonState(python.command, machine) },
  };
};

/** The flags of a configuration's program; null when its install is not whole or its help cannot be read. */
export const learnFlags = async (
  configuration: InstanceConfiguration,
  install: InstallFacts | null,
  machine: MachinePorts,
): Promise<FlagKnowledge | null> => {
  const isSandbox = configuration.program === 'sandbox';
  if (!isSandbox && (install === null || !install.hasMainFile || install.python.state !== 'usable')) return null;
  const program = helpProgram(configuration, install?.python.command ?? '', machine.site);
  return machine.flags.learn(program, { maxAgeMs: typingKnowledgeMaxAgeMs });
};

const portStateOf = async ({ host, port }: InstanceConfiguration, machine: MachinePorts): Promise<PortState | null> =>
  isPort(port) && isHost(host)
    ? within(machine.clock, factLimitMs, machine.ports.check(reachableHost(host), port), null)
    : null;

const pathFacts = async (
  configuration: InstanceConfiguration,
  machine: MachinePorts,
): Promise<ReadonlyMap<string, PathFact | null>> => {
  const { platform } = machine.site;
  const entries = pathFields(configuration)
    .filter((field) => pathShapeProblem(field, platform) === null)
    .map(async ({ field, path }) => {
      const fact = await within(machine.clock, factLimitMs, pathFact(path, machine.files, platform), null);
      return [field, fact] as const;
    });
  return new Map(await Promise.all(entries));
};

/**
 * Asks the machine about a local configuration, all at once and each with a limit. `ownsPort` skips the port that the instance's own
 * process holds.
 */
export const gatherLocalFacts = async (
  configuration: InstanceConfiguration,
  machine: MachinePorts,
  ownsPort: boolean,
): Promise<LocalFacts> => {
  const { clock } = machine;
  const installAndFlags = async () => {
    const install = await installFacts(configuration, machine);
    const knowledge =
      configuration.extraArguments.length === 0
        ? null
        : await within(clock, factLimitMs, learnFlags(configuration, install, machine), null);
    return { install, knowledge };
  };
  const [portState, gpus, paths, program] = await Promise.all([
    ownsPort ? null : portStateOf(configuration, machine),
    within(clock, factLimitMs, machine.gpus.list(), null),
    pathFacts(configuration, machine),
    within(clock, 2 * factLimitMs, installAndFlags(), { install: null, knowledge: null }),
  ]);
  return { portState, gpus, paths, ...program };
};

/** Tries to reach a remote host; null when its address is none. */
export const gatherReach = async (
  { url }: InstanceConfiguration,
  machine: Pick<MachinePorts, 'hosts' | 'clock'>,
): Promise<HostReach | null> => {
  const address = parseRemoteUrl(url);
  if (!address.ok || !isPort(address.port)) return null;
  const attempt = machine.hosts.reach(address.host, address.port, { timeoutMs: hostLimitMs });
  // A name server that hangs is outside the reach of the attempt's own limit.
  return within<HostReach, HostReach>(machine.clock, hostLimitMs + 500, attempt, 'timeout');
};
