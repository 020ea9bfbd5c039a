import { StudioError } from '#contract/errors.ts';
import type { ConnectionCheck, ConnectionReport } from '#contract/models/connection.ts';
import type { FieldProblem, InstanceConfiguration } from '#contract/models/instance.ts';
import type { ComfyClient } from '../../ports/comfy-client.ts';
import type { HostReach } from '../../ports/machine.ts';
import { baseUrlOf } from '../endpoint.ts';
import { limited } from '../limited.ts';
import {
  type CodedAdvice,
  type Finding,
  failed,
  fromProblems,
  notTried,
  passed,
  skipped,
  warned,
} from './connection-check.ts';
import { installFacts, learnFlags, type MachinePorts, pathFact } from './gather-facts.ts';
import { instanceFolders } from './instance-folders.ts';
import { lateFinding } from './late-finding.ts';
import { isHost, parseRemoteUrl, reachableHost } from './remote-address.ts';
import { isPort, localAddressProblems, remoteAddressProblems } from './rules/address-rules.ts';
import { argumentProblems } from './rules/argument-rules.ts';
import { gpuProblems } from './rules/gpu-rules.ts';
import { hostProblems } from './rules/host-rules.ts';
import { installProblems, pathFields, pathProblem, pathShapeProblem } from './rules/path-rules.ts';
import { failing } from './rules/problem.ts';
import { askComfy, type RunCheck } from './test-remote.ts';

export interface ConnectionSubject {
  readonly configuration: InstanceConfiguration;
  /** Value of the Authorization header for a remote instance, or null. */
  readonly authorization: string | null;
  /** All other stored instances. */
  readonly others: readonly InstanceConfiguration[];
  /** The instance's own process listens on its port at the moment. */
  readonly isRunning: boolean;
  readonly signal: AbortSignal;
}

export type ConnectionTestPorts = MachinePorts & { readonly client: ComfyClient };

/** However the other side behaves, the report is there after this time. */
export const connectionDeadlineMs = 10_000;
const reachLimitMs = 5000;
/** One thing of this machine that hangs must leave time for the other checks. */
const localLimitMs = 2000;

/** Runs checks, times them, and keeps the common deadline; a check that was cancelled by the caller ends the whole test. */
const createCheckList = (ports: Pick<ConnectionTestPorts, 'clock'>, signal: AbortSignal) => {
  const { clock } = ports;
  const deadlineAt = clock.now() + connectionDeadlineMs;
  const checks: ConnectionCheck[] = [];
  const run: RunCheck = async (names, check, limitMs = connectionDeadlineMs) => {
    if (signal.aborted) throw new StudioError('CALL_CANCELLED');
    const startedAt = clock.now();
    const timeoutMs = Math.max(1, Math.min(limitMs, deadlineAt - startedAt));
    const giveUp = new AbortController();
    const outcome = await limited(
      check({ timeoutMs, signal: AbortSignal.any([signal, giveUp.signal]) }),
      timeoutMs,
      clock,
    );
    giveUp.abort();
    if (signal.aborted) throw new StudioError('CALL_CANCELLED');
    if (outcome.kind === 'failed') throw outcome.error;
    const findings =
      outcome.kind === 'done'
        ? outcome.value
        : [...names.slice(0, 1).map((name) => lateFinding(name, timeoutMs)), ...names.slice(1).map(() => notTried)];
    for (const [index, name] of names.entries()) {
      const { advice = '', details = {}, problems = [], ...finding } = findings[index] ?? notTried;
      checks.push({
        name,
        ...finding,
        advice,
        details: { ...details },
        problems: [...problems],
        durationMs: Math.max(0, clock.now() - startedAt),
      });
    }
    return findings;
  };
  return { run, checks };
};

const one = async (finding: Promise<Finding> | Finding): Promise<readonly Finding[]> => [await finding];

const reachFindings: Readonly<Record<Exclude<HostReach, 'open'>, CodedAdvice>> = {
  refused: {
    code: 'host-refused',
    advice: 'Start ComfyUI there with --listen, and check the port and the firewall.',
  },
  'unknown-host': { code: 'host-unknown', advice: 'Check the spelling of the host, or use its address.' },
  unreachable: {
    code: 'host-no-way',
    advice: 'Check the network, and a firewall or VPN between the two machines.',
  },
  timeout: { code: 'host-silent', advice: 'A firewall may swallow the connection, or the machine is off.' },
};

const testRemote = async (subject: ConnectionSubject, ports: ConnectionTestPorts, run: RunCheck): Promise<void> => {
  const { configuration, others } = subject;
  const address = parseRemoteUrl(configuration.url);
  const facts = { others, ownAddresses: ports.ownAddresses(), reach: null };
  const addressFindings = await run(['address'], () =>
    one(
      fromProblems(
        remoteAddressProblems(configuration, facts),
        passed('address', baseUrlOf(configuration), { address: baseUrlOf(configuration) }),
      ),
    ),
  );
  const rest = ['reachable', 'authentication', 'system-stats', 'version', 'prompt', 'object-info'] as const;
  if (!address.ok || addressFindings[0]?.outcome === 'failed') {
    await run(rest, async () => []);
    return;
  }
  const reachable = await run(['reachable'], async ({ timeoutMs, signal }) => {
    const limits = { timeoutMs: Math.min(reachLimitMs, timeoutMs), signal };
    const reach = await ports.hosts.reach(address.host, address.port, limits);
    const { host, port } = address;
    const where = `${host} port ${port}`;
    if (reach === 'open') return one(passed('host-open', `${where} accepts connections`, { host, port }));
    const { code, advice } = reachFindings[reach];
    return one(failed(code, { message: `${where}: ${reach}`, advice }, { host, port, reason: reach }));
  });
  if (reachable[0]?.outcome !== 'passed') {
    await run(rest.slice(1), async () => []);
    return;
  }
  await askComfy(ports.client, { baseUrl: address.baseUrl, authorization: subject.authorization }, run);
};

const folderFinding = async (configuration: InstanceConfiguration, ports: ConnectionTestPorts): Promise<Finding> => {
  const { files, site } = ports;
  const folders = instanceFolders(configuration, site.dataFolder, site.platform);
  const typed = await Promise.all(
    pathFields(configuration)
      .filter(({ field }) => field !== 'comfyuiFolder')
      .map(async (field) => {
        const isShaped = pathShapeProblem(field, site.platform) === null;
        return pathProblem(field, isShaped ? await pathFact(field.path, files, site.platform) : null, site.platform);
      }),
  );
  const root = await pathFact(folders.root, files, site.platform);
  const problems: FieldProblem[] = typed
    .filter((problem) => problem !== null && problem.code !== 'path-new')
    .flatMap((each) => each ?? []);
  if (!root.writable) {
    problems.push(
      failing('folders', 'path-not-writable', 'The data folder of the studio cannot be written into', {
        path: folders.root,
      }),
    );
  }
  return fromProblems(problems, passed('own-folders', `Its own files go to ${folders.root}`, { folder: folders.root }));
};

const versionTimeoutMs = 1500;

/** Whether a program that can be run is a Python 3. A slow one is given the benefit of the doubt; the check of the flags tells it. */
const pythonFinding = async (command: string, ports: ConnectionTestPorts): Promise<Finding> => {
  try {
    const options = { timeoutMs: versionTimeoutMs, environment: ports.site.parentEnvironment };
    const { exitCode, stdout, stderr } = await ports.commands.run(command, ['--version'], options);
    const version = /^Python 3\.\S+/m.exec(`${stdout}\n${stderr}`)?.[0];
    if (version !== undefined) return passed('python', `${version}: ${command}`, { version, command });
    if (exitCode === null) return passed('python-slow', `Python: ${command}`, { command });
  } catch (error) {
    if (!(error instanceof StudioError) || error.code !== 'LAUNCH_FAILED') throw error;
  }
  return failed(
    'python-not-python',
    {
      message: `${command} does not answer as a Python 3 does`,
      advice: 'Choose the Python of the environment in which ComfyUI was installed, such as venv/bin/python.',
    },
    { command },
  );
};

const portFinding = async (subject: ConnectionSubject, ports: ConnectionTestPorts): Promise<Finding> => {
  const { configuration, others, isRunning } = subject;
  const { host, port } = configuration;
  if (isRunning) return passed('port-own', `The instance itself listens on port ${port}`, { port });
  const portState = isPort(port) && isHost(host) ? await ports.ports.check(reachableHost(host), port) : null;
  return fromProblems(
    [
      ...hostProblems(configuration, ports.hosts.ownAddresses()),
      ...localAddressProblems(configuration, { others, portState, keepsPort: false }),
    ],
    passed('port-free', `Port ${port} is free`, { port }),
  );
};

const testLocal = async (subject: ConnectionSubject, ports: ConnectionTestPorts, run: RunCheck): Promise<void> => {
  const { configuration, others } = subject;
  const { platform } = ports.site;
  const isSandbox = configuration.program === 'sandbox';
  const install = installFacts(configuration, ports);
  // Handled where it is awaited; this keeps a failure before that from counting as unhandled.
  install.catch(() => undefined);
  const builtIn = skipped('built-in', 'The sandbox server is built in');
  await run(
    ['folder', 'python'],
    async () => {
      if (isSandbox) return [builtIn, builtIn];
      const facts = await install;
      const folder = pathFields(configuration).find(({ field }) => field === 'comfyuiFolder');
      const shape =
        folder === undefined ? null : pathProblem(folder, await pathFact(folder.path, ports.files, platform), platform);
      const problems = [...(shape === null ? [] : [shape]), ...installProblems(configuration, facts, platform)];
      const of = (field: string): readonly FieldProblem[] => problems.filter((problem) => problem.field === field);
      const python = of('pythonPath');
      const answered = facts?.python.state === 'usable' ? await pythonFinding(facts.python.command, ports) : notTried;
      return [
        fromProblems(
          of('comfyuiFolder'),
          passed('comfyui-found', `ComfyUI is in ${configuration.comfyuiFolder}`, {
            path: configuration.comfyuiFolder,
          }),
        ),
        answered.outcome === 'failed' || facts === null ? answered : fromProblems(python, answered),
      ];
    },
    localLimitMs,
  );
  await run(['port'], () => one(portFinding(subject, ports)), localLimitMs);
  await run(
    ['gpu'],
    async () => {
      const gpus = await ports.gpus.list();
      const device = configuration.gpuDevice;
      const problems = gpuProblems(configuration, gpus, others);
      return one(fromProblems(problems, passed('gpu', `Device: ${device}`, { device })));
    },
    localLimitMs,
  );
  await run(['folders'], () => one(folderFinding(configuration, ports)), localLimitMs);
  // The slowest one comes last, since it starts a Python.
  await run(['flags'], async () => {
    const knowledge = await learnFlags(configuration, await install, ports);
    const fine: Finding =
      knowledge === null
        ? warned('help-unreadable', {
            message: 'The help of this ComfyUI could not be read',
            advice: 'Run it by hand with --help and look at the error.',
          })
        : passed('flags', `${knowledge.flags.size} flags are known`, { flags: knowledge.flags.size });
    return one(fromProblems(argumentProblems(configuration, knowledge), fine));
  });
  if (subject.isRunning) await askComfy(ports.client, { baseUrl: baseUrlOf(configuration), authorization: null }, run);
};

/**
 * Tries a configuration and answers named checks with advice; nothing is saved or started. `reachable` says that no check failed.
 * The report comes within 10 s, with a failed check where the other side hangs. Fails with CALL_CANCELLED when the caller aborts.
 */
export const testConnection = async (
  subject: ConnectionSubject,
  ports: ConnectionTestPorts,
): Promise<ConnectionReport> => {
  const { run, checks } = createCheckList(ports, subject.signal);
  await (subject.configuration.kind === 'remote' ? testRemote(subject, ports, run) : testLocal(subject, ports, run));
  return { reachable: checks.every(({ outcome }) => outcome !== 'failed'), checks };
};
