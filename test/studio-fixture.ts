import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll } from 'vitest';
import type { InstanceDraft, InstanceView } from '#contract/models/instance.ts';
import { type HeadlessStudio, startHeadlessStudio, temporaryFolder } from '../e2e/hosts/headless-studio.ts';
import { isListening, processesOf } from './processes.ts';
import { callStudio, waitFor, waitForInstance } from './studio-client.ts';

/** Takes what is to be done when a test, or a file, is over: `onTestFinished`, or an own list. */
export type OnFinished = (cleanup: () => Promise<void>) => void;

const killAll = (folder: string): readonly number[] => {
  const pids = processesOf(folder);
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
  return pids;
};

/** A data folder of its own; at the end every process that a studio there has started is gone, and the folder too. */
export const openDataFolder = async (onFinished: OnFinished): Promise<string> => {
  const folder = await temporaryFolder();
  onFinished(async () => {
    await waitFor(
      'end of the processes',
      () => killAll(folder.path),
      (pids) => pids.length === 0,
    );
    await folder.remove();
  });
  return folder.path;
};

/** A studio on a data folder of its own (or on the one given, to start one again). */
export const openStudio = async (
  onFinished: OnFinished,
  options: { readonly dataFolder?: string; readonly arguments?: readonly string[] } = {},
): Promise<HeadlessStudio> => {
  const dataFolder = options.dataFolder ?? (await openDataFolder(onFinished));
  const studio = await startHeadlessStudio({ dataFolder, arguments: options.arguments ?? [] });
  onFinished(async () => {
    await studio.end('SIGKILL');
  });
  return studio;
};

/** One studio for all tests of a file: they run side by side, each with instances of its own. */
export const shareStudio = (): (() => HeadlessStudio) => {
  const cleanups: (() => Promise<void>)[] = [];
  let studio: HeadlessStudio | null = null;
  beforeAll(async () => {
    studio = await openStudio((cleanup) => cleanups.push(cleanup));
    await callStudio(studio, 'settings.update', { changes: { maxConcurrentStarts: 16 } });
  });
  afterAll(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });
  return () => {
    if (studio === null) throw new Error('The studio is not there yet.');
    return studio;
  };
};

/** Below the range from which the system gives ports to outgoing connections, so that none is lost between look and use. */
const firstPort = 20_000;
const portCount = 10_000;
const given = new Set<number>();

/** A port that nobody listens on and that no test of this process has been given. */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = firstPort + Math.floor(Math.random() * portCount);
    if (given.has(port) || (await isListening(port))) continue;
    given.add(port);
    return port;
  }
};

/** A port with a program that accepts connections and never answers. */
export const occupyPort = async (onFinished: OnFinished): Promise<number> => {
  const port = await freePort();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  onFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return port;
};

/** Creates a sandbox instance on a free port; `faults` are switches of the sandbox. */
export const createSandbox = async (
  studio: HeadlessStudio,
  id: string,
  options: {
    readonly faults?: readonly string[];
    readonly clock?: number;
    readonly draft?: Partial<InstanceDraft>;
  } = {},
): Promise<InstanceView> => {
  const { faults = [], clock = 10, draft = {} } = options;
  return callStudio(studio, 'instances.create', {
    draft: {
      id,
      name: id,
      program: 'sandbox',
      port: await freePort(),
      sandbox: { clock, arguments: [...faults] },
      ...draft,
    },
  });
};

/** Starts an instance and waits until it runs. */
export const startInstance = async (studio: HeadlessStudio, instanceId: string): Promise<InstanceView> => {
  await callStudio(studio, 'instances.start', { instanceId });
  return waitForInstance(studio, instanceId, ({ status }) => status === 'running');
};

/** Creates a sandbox instance and waits until it runs. */
export const runSandbox = async (
  studio: HeadlessStudio,
  id: string,
  options: Parameters<typeof createSandbox>[2] = {},
): Promise<InstanceView> => {
  await createSandbox(studio, id, options);
  return startInstance(studio, id);
};

/** Stops an instance and waits until it is stopped. */
export const stopInstance = async (
  studio: HeadlessStudio,
  instanceId: string,
  limitMs?: number,
): Promise<InstanceView> => {
  await callStudio(studio, 'instances.stop', { instanceId });
  return waitForInstance(studio, instanceId, ({ status }) => status === 'stopped', limitMs);
};

/** Every living process of one instance of a studio: the server, its children and theirs. */
export const processesOfInstance = (studio: HeadlessStudio, instanceId: string): readonly number[] => {
  const marked = processesOf(`ATELIER_INSTANCE_ID=${instanceId}\0`);
  return processesOf(studio.dataFolder).filter((pid) => marked.includes(pid));
};

/** Turns a fault on in a running sandbox that was started with `--sandbox-control`. */
export const strike = async (instance: InstanceView, fault: string, value?: unknown): Promise<void> => {
  const answer = await fetch(`${instance.endpoint}/sandbox/fault`, {
    method: 'POST',
    body: JSON.stringify({ fault, value }),
  });
  if (!answer.ok) throw new Error(`${fault}: HTTP ${answer.status} ${await answer.text()}`);
};
