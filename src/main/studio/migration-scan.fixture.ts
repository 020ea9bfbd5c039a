import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgsStringToArgv } from 'string-argv';
import { StudioError } from '#contract/errors.ts';
import type { MigrationFinding } from '#contract/models/migration.ts';
import type { ScanRequest } from '#core/migration/scan/places.ts';
import { createMigrationScanner, type MigrationScanner } from '#core/migration/scan/scanner.ts';
import type { ForeignProcess } from '#core/ports/foreign-processes.ts';
import type { Logger } from '#core/ports/logger.ts';
import { parseYaml } from '../platform/migration/parse-yaml.ts';
import { createPlaceReader } from '../platform/migration/place-reader.ts';
import { createSystemClock } from '../platform/system/system-clock.ts';

/** A ComfyUI that answers on a port of the world. */
export interface FakeServer {
  readonly version: string;
  readonly arguments: readonly string[];
  readonly process: ForeignProcess | null;
  readonly pid: number | null;
}

export interface ScanWorld {
  readonly home: string;
  readonly servers: Map<number, FakeServer>;
  readonly environment: Record<string, string>;
  /** Errors that the scanner logged: a look that breaks is a fault of the scanner. */
  readonly errors: string[];
  readonly scanner: MigrationScanner;
  scan(request?: Partial<ScanRequest>): Promise<readonly MigrationFinding[]>;
  close(): Promise<void>;
}

const memoryLogger = (errors: string[]): Logger => ({
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (message, fields) => errors.push(`${message} ${JSON.stringify(fields)}`),
});

/** A home folder of its own on the real disk, with made-up servers on its ports. */
export const createScanWorld = async (): Promise<ScanWorld> => {
  const root = await mkdtemp(join(tmpdir(), 'atelier-scan-'));
  const home = join(root, 'home');
  const servers = new Map<number, FakeServer>();
  const environment: Record<string, string> = { HOME: home };
  const errors: string[] = [];
  const clock = createSystemClock();
  const portOf = (baseUrl: string): number => Number(new URL(baseUrl).port);
  const scanner = createMigrationScanner({
    context: {
      reader: createPlaceReader(clock.now),
      parseYaml,
      splitArguments: (text) => parseArgsStringToArgv(text),
      platform: 'linux',
      home,
      environment,
    },
    running: {
      client: {
        systemStats: async ({ baseUrl }) => {
          const server = servers.get(portOf(baseUrl));
          if (server === undefined) throw new StudioError('INSTANCE_UNREACHABLE');
          return { version: server.version, arguments: server.arguments, devices: [] };
        },
      },
      portProbe: {
        check: async (_host, port) => {
          const server = servers.get(port);
          return server === undefined
            ? { free: true, owner: null }
            : { free: false, owner: { pid: server.pid, name: 'python' } };
        },
      },
      foreign: {
        describe: async (pid) => [...servers.values()].find((server) => server.pid === pid)?.process ?? null,
        interrupt: async () => false,
      },
    },
    clock,
    logger: memoryLogger(errors),
    ownPorts: () => [8187, 8001],
    existing: () => [],
    ownFolder: join(root, 'data'),
  });
  return {
    home,
    servers,
    environment,
    errors,
    scanner,
    scan: async (request = {}) =>
      (await scanner.scan({ folders: [], files: [], urls: [], usualPlaces: true, ...request })).findings,
    close: () => rm(root, { recursive: true, force: true }),
  };
};
