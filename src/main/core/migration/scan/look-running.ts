import { StudioError } from '#contract/errors.ts';
import type { MigrationCandidate, MigrationRemark } from '#contract/models/migration.ts';
import type { ComfyClient, SystemStats } from '#core/ports/comfy-client.ts';
import type { ForeignProcess, ForeignProcesses } from '#core/ports/foreign-processes.ts';
import type { PortProbe } from '#core/ports/machine.ts';
import { isAbsolutePath, joinPath, parentPath } from '../../instances/configuration/paths.ts';
import { describeInstall } from './describe-install.ts';
import { resolvePath } from './foreign-path.ts';
import { deviceOfEnvironment, keptEnvironment, readArguments } from './read-arguments.ts';
import { environmentPythons } from './recognise-install.ts';
import { emptyCandidate, findingRemark, type ScanContext, type Sighting } from './scan-context.ts';

export interface RunningPorts {
  readonly client: Pick<ComfyClient, 'systemStats'>;
  readonly portProbe: PortProbe;
  readonly foreign: ForeignProcesses;
}

/** A busy ComfyUI answers slowly. */
const answerLimitMs = 4000;
const localHost = '127.0.0.1';

const statsOf = async (
  baseUrl: string,
  client: RunningPorts['client'],
  signal?: AbortSignal,
): Promise<SystemStats | null> => {
  try {
    return await client.systemStats(
      { baseUrl, authorization: null },
      { timeoutMs: answerLimitMs, ...(signal === undefined ? {} : { signal }) },
    );
  } catch (error) {
    if (error instanceof StudioError) return null;
    throw error;
  }
};

const mainScript = (tokens: readonly string[]): number =>
  tokens.findIndex((token) => /(?:^|[/\\])main\.py$/u.test(token));

/** The program as the process says it, else as `/system_stats` does: there the script is whole only where it was given so. */
const programOf = (
  stats: SystemStats,
  process: ForeignProcess | null,
  { platform }: ScanContext,
): { folder: string; workingFolder: string; tokens: readonly string[] } | null => {
  const command = process?.command ?? stats.arguments;
  const index = mainScript(command);
  const script = command[index];
  if (script === undefined) return null;
  const workingFolder = process?.workingFolder ?? '';
  if (workingFolder === '' && !isAbsolutePath(script, platform)) return null;
  const folder = parentPath(resolvePath(workingFolder, script, platform), platform);
  return { folder, workingFolder: workingFolder || folder, tokens: command.slice(index + 1) };
};

/** Its Python: as it was called where that is a whole path, else that of its virtual environment. */
const pythonsOf = (process: ForeignProcess | null, context: ScanContext): readonly string[] => {
  if (process === null) return [];
  const [program = ''] = process.command;
  const virtual = process.environment['VIRTUAL_ENV'] ?? process.environment['CONDA_PREFIX'] ?? '';
  const called = program.includes('/') || program.includes('\\');
  return [
    ...(called ? [resolvePath(process.workingFolder, program, context.platform)] : []),
    ...(virtual === '' ? [] : environmentPythons(virtual, context)),
  ];
};

/** The ComfyUI that runs on a port of this machine; null where none answers there. */
export const lookAtRunning = async (
  port: number,
  ports: RunningPorts,
  context: ScanContext,
  signal?: AbortSignal,
): Promise<Sighting | null> => {
  const location = `http://${localHost}:${port}`;
  const { free, owner } = await ports.portProbe.check(localHost, port);
  if (free) return null;
  const stats = await statsOf(location, ports.client, signal);
  if (stats === null) return null;
  const pid = owner?.pid ?? null;
  const process = pid === null ? null : await ports.foreign.describe(pid);
  const program = programOf(stats, process, context);
  const live = { url: location, port, runningPid: pid, isActive: true };
  const title = `ComfyUI on port ${port}`;
  const seen = (candidate: MigrationCandidate, remarks: readonly MigrationRemark[], version: string): Sighting => ({
    kind: 'running',
    title,
    location,
    version: version.slice(0, 100),
    candidates: [{ ...candidate, ...live, host: candidate.host || localHost }],
    remarks,
  });
  if (program === null) {
    const given = readArguments(stats.arguments);
    const remark = findingRemark(
      'folder-unknown',
      'warning',
      `The ComfyUI on port ${port} does not tell which folder it runs from.`,
      { port },
    );
    const bare = {
      ...emptyCandidate('running', 'ComfyUI'),
      host: given.host,
      gpuDevice: given.gpuDevice || 'auto',
      arguments: [...given.others],
    };
    return seen(bare, [remark], stats.version);
  }
  const described = await describeInstall(
    {
      key: 'running',
      name: 'ComfyUI',
      comfyuiFolder: program.folder,
      pythons: pythonsOf(process, context),
      arguments: readArguments(program.tokens),
      workingFolder: program.workingFolder,
      gpuDevice: deviceOfEnvironment(process?.environment ?? {}),
      environmentVariables: keptEnvironment(process?.environment ?? {}),
    },
    context,
  );
  // A container shows its own paths: what is there in it need not be here.
  const isHere = (await context.reader.kind(joinPath(context.platform, program.folder, 'main.py'))) === 'file';
  const remarks = isHere
    ? described.remarks
    : [
        findingRemark(
          'not-on-this-machine',
          'warning',
          `${program.folder} is not on this machine: the server runs in a container or elsewhere.`,
          { path: program.folder },
        ),
      ];
  const candidate = isHere
    ? described.candidate
    : {
        ...described.candidate,
        comfyuiFolder: '',
        pythonPath: '',
        folders: [],
        modelFolders: [],
        looseModelFolders: [],
        modelConfigurationFiles: [],
      };
  return seen(candidate, remarks, stats.version || described.version);
};
