import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ComfyEndpoint } from '#core/ports/comfy-client.ts';
import { createPlaceholderModels } from '#sandbox/models/placeholder-models.ts';

export interface SandboxProcess {
  readonly endpoint: ComfyEndpoint;
  readonly folder: string;
  readonly process: ChildProcess;
  /** Kills it where it still runs and removes its files. */
  end(): Promise<void>;
}

const entry = fileURLToPath(new URL('../../../sandbox/main.ts', import.meta.url));

export const findFreePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
};

/** Starts a sandbox server as a process of its own; resolves when it serves. */
export const startSandbox = async (
  args: readonly string[] = [],
  options: { readonly port?: number; readonly folder?: string } = {},
): Promise<SandboxProcess> => {
  const port = options.port ?? (await findFreePort());
  const folder = options.folder ?? (await mkdtemp(path.join(tmpdir(), 'atelier-jobs-')));
  await mkdir(path.join(folder, 'custom_nodes'), { recursive: true });
  await createPlaceholderModels(path.join(folder, 'models'));
  const child = spawn(
    process.execPath,
    [entry, '--port', String(port), '--base-directory', folder, '--database-url', 'sqlite:///:memory:', ...args],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ready = Promise.withResolvers<void>();
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-20_000);
    if (log.includes('To see the GUI go to:')) ready.resolve();
  });
  child.once('exit', (code) => ready.reject(new Error(`the sandbox ended with ${code}: ${log}`)));
  await ready.promise;
  return {
    endpoint: { baseUrl: `http://127.0.0.1:${port}`, authorization: null },
    folder,
    process: child,
    end: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
};
