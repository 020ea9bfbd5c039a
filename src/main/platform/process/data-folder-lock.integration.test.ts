import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireDataFolderLock } from './data-folder-lock.ts';

const module = join(import.meta.dirname, 'data-folder-lock.ts');

/** Waits for a line on stdin, tries to get the lock, says what came of it, and lives on. */
const script = `
  import { once } from 'node:events';
  import { acquireDataFolderLock } from ${JSON.stringify(module)};
  const [dataFolder] = process.argv.slice(1);
  console.log('waiting');
  await once(process.stdin, 'data');
  try {
    const lock = await acquireDataFolderLock({ dataFolder, startedAt: 1000 + process.pid });
    await lock.update('http://127.0.0.1:' + process.pid);
    console.log('locked');
  } catch (error) {
    console.log(JSON.stringify({ code: error.code, details: error.details }));
  }
  setInterval(() => {}, 1000);
`;

describe('lock of the data folder', () => {
  let folder: string;
  const children: ChildProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atelier-lock-'));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) await kill(child);
    rmSync(folder, { recursive: true, force: true });
  });

  const kill = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  /** A process that waits; `go` lets it try and answers what it said. */
  const starter = async () => {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script, folder],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
        cwd: import.meta.dirname,
      },
    );
    children.push(child);
    const lines = createInterface({ input: child.stdout });
    await once(lines, 'line');
    return {
      child,
      go: async (): Promise<string> => {
        const answered = once(lines, 'line');
        child.stdin.write('go\n');
        return String((await answered)[0]);
      },
    };
  };
  const acquire = () => acquireDataFolderLock({ dataFolder: folder, startedAt: 5 });

  it.runIf(process.platform === 'linux')(
    'says why there can be no such folder, at once',
    async () => {
      const dataFolder = '/proc/nope';
      await expect(acquireDataFolderLock({ dataFolder, startedAt: 1 })).rejects.toMatchObject({
        code: 'STORE_WRITE_FAILED',
        details: { path: dataFolder, systemCode: 'ENOENT' },
      });
    },
    1000,
  );

  it('is held by one, told to the second, and free after the release', async () => {
    const lock = await acquire();
    await lock.update('http://127.0.0.1:8001');
    const second = await (await starter()).go();
    expect(JSON.parse(second)).toEqual({
      code: 'STORE_LOCKED',
      details: { dataFolder: folder, pid: process.pid, startedAt: 5, address: 'http://127.0.0.1:8001' },
    });
    await lock.release();
    await lock.release();
    await lock.update('http://late');
    expect(existsSync(join(folder, 'studio.json'))).toBe(false);
    expect(await (await starter()).go()).toBe('locked');
  });

  it('is refused within one process as well', async () => {
    const lock = await acquire();
    await expect(acquire()).rejects.toMatchObject({ code: 'STORE_LOCKED', details: { pid: process.pid } });
    await lock.release();
    await (await acquire()).release();
  });

  it('is won by exactly one of several that start at once', async () => {
    const starters = await Promise.all(Array.from({ length: 6 }, starter));
    const answers = await Promise.all(starters.map(({ go }) => go()));
    expect(answers.filter((answer) => answer === 'locked')).toHaveLength(1);
    const winner = starters[answers.indexOf('locked')]?.child.pid;
    const losers = answers.filter((answer) => answer !== 'locked').map((answer) => JSON.parse(answer));
    expect(losers).toHaveLength(5);
    expect(losers.map(({ code, details }) => [code, details.pid])).toEqual(losers.map(() => ['STORE_LOCKED', winner]));
  });

  it('is free as soon as its holder was killed', async () => {
    const first = await starter();
    expect(await first.go()).toBe('locked');
    await kill(first.child);
    expect(readFileSync(join(folder, 'studio.json'), 'utf8')).toContain(String(first.child.pid));
    const lock = await acquire();
    expect(JSON.parse(readFileSync(join(folder, 'studio.json'), 'utf8'))).toEqual({
      pid: process.pid,
      startedAt: 5,
      address: null,
    });
    await lock.release();
  });

  it('names the living holder, not the one that died before it', async () => {
    const first = await starter();
    await first.go();
    await kill(first.child);
    const [second, third] = [await starter(), await starter()];
    const answers = await Promise.all([second.go(), third.go()]);
    const loser = JSON.parse(answers.find((answer) => answer !== 'locked') ?? '');
    expect(loser.details.pid).toBe([second, third][answers.indexOf('locked')]?.child.pid);
  });

  it('does not trust a file that tells of a process without the lock', async () => {
    writeFileSync(join(folder, 'studio.json'), JSON.stringify({ pid: 1, startedAt: 0, address: 'http://127.0.0.1:1' }));
    await (await acquire()).release();
  });

  it('says what is wrong with a folder that cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const inFile = acquireDataFolderLock({ dataFolder: join(folder, 'file'), startedAt: 0 });
    await expect(inFile).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
  });
});
