import { expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { createManualClock } from '../../jobs/manual-clock.fixture.ts';
import { memoryContext, programFiles } from './memory-places.fixture.ts';
import type { ScanContext } from './scan-context.ts';
import { createMigrationScanner } from './scanner.ts';

const install = '/home/anna/ComfyUI';

const openScanner = (more: Partial<ScanContext['reader']> = {}) => {
  const clock = createManualClock();
  const errors: string[] = [];
  const context = memoryContext(programFiles(install, 'linux'));
  const scanner = createMigrationScanner({
    context: { ...context, reader: { ...context.reader, ...more } },
    running: {
      client: { systemStats: () => Promise.reject(new StudioError('INSTANCE_UNREACHABLE')) },
      portProbe: { check: async () => ({ free: true, owner: null }) },
      foreign: { describe: async () => null, interrupt: async () => false },
    },
    clock,
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: (message) => errors.push(message) },
    ownPorts: () => [],
    existing: () => [
      { id: 'mine', name: 'Mine', kind: 'local', comfyuiFolder: install, url: '' },
      { id: 'far', name: 'Far', kind: 'remote', comfyuiFolder: '', url: 'https://far.example' },
    ],
    ownFolder: '/data',
  });
  return { scanner, clock, errors };
};

const nothing = { folders: [], files: [], urls: [], usualPlaces: false };

it('waits for no place for ever, and answers with what the others told', async () => {
  const { scanner, clock } = openScanner({
    kind: (path) => (path.startsWith('/net') ? new Promise(() => {}) : Promise.resolve('missing')),
  });
  const scanning = scanner.scan({ ...nothing, folders: ['/net/drive', '/nowhere'] });
  await clock.advance(15_000);
  const { findings, durationMs } = await scanning;
  expect(durationMs).toBe(15_000);
  expect(findings.map(({ location, remarks }) => [location, remarks.map(({ code }) => code)])).toEqual([
    ['/net/drive', ['took-too-long']],
    ['/nowhere', ['missing-folder']],
  ]);
  expect(clock.pending()).toBe(0);
});

it('outlives a look that breaks, and tells the log', async () => {
  const { scanner, errors } = openScanner({
    list: () => {
      throw new TypeError('a fault of the program');
    },
  });
  const { findings } = await scanner.scan({ ...nothing, folders: [install, '/home'] });
  expect(findings.map(({ kind, remarks }) => [kind, remarks.map(({ code }) => code)])).toEqual([
    ['folder', ['unreadable-folder']],
    ['folder', ['unreadable-folder']],
  ]);
  expect(errors).toEqual(['A look at a place failed', 'A look at a place failed']);
});

it('says which finding is an instance already', async () => {
  const { scanner } = openScanner();
  const { findings } = await scanner.scan({ ...nothing, folders: [install], urls: ['https://far.example'] });
  const known = findings.flatMap(({ remarks }) => remarks.filter(({ code }) => code === 'already-an-instance'));
  expect(known.map(({ details }) => details['instanceName'])).toEqual(['Mine', 'Far']);
});

it('asks the disk each question once, however many instances of one install a list names', async () => {
  const asked: string[] = [];
  const text = JSON.stringify({
    instances: Array.from({ length: 256 }, (_, id) => ({ id, port: 4000 + id, name: `n${id}` })),
  });
  const { scanner } = openScanner({
    text: async (path) => (path.endsWith('instances.json') ? { kind: 'text', text } : { kind: 'missing' }),
    measure: async (path) => {
      asked.push(path);
      return { files: 1, bytes: 1 };
    },
  });
  const { findings } = await scanner.scan({ ...nothing, files: [`${install}/instances.json`] });
  expect(findings[0]?.candidates).toHaveLength(256);
  expect(findings[0]?.candidates[255]?.comfyuiFolder).toBe(install);
  expect(asked.length).toBeGreaterThan(0);
  expect(new Set(asked).size).toBe(asked.length);
});

it('leaves the disk alone once the scan is over, also where a look was too slow', async () => {
  let release = (): void => {};
  let asked = 0;
  const slow = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { scanner, clock } = openScanner({
    kind: async () => {
      asked += 1;
      await slow;
      return 'folder';
    },
  });
  const scanning = scanner.scan({ ...nothing, files: [`${install}/instances.json`], folders: [install] });
  await clock.advance(15_000);
  await scanning;
  const before = asked;
  release();
  await clock.advance(1);
  expect(asked).toBe(before);
});

it('ends without a result when nobody waits for it any more', async () => {
  const { scanner } = openScanner();
  const before = await scanner.scan({ ...nothing, folders: [install] });
  await expect(scanner.scan(nothing, AbortSignal.abort())).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  // What the last whole scan saw still stands.
  expect(scanner.finding(before.findings[0]?.id ?? '')).not.toBeNull();
});
