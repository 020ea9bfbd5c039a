import { spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startHeadlessStudio } from '../e2e/hosts/headless-studio.ts';
import { callStudio, getInstance } from './studio-client.ts';
import { createSandbox, type OnFinished, occupyPort, openDataFolder, openStudio } from './studio-fixture.ts';
import { watchTopic } from './studio-topics.ts';

/** A data folder in which a studio has kept one instance. */
const usedFolder = async (onFinished: OnFinished): Promise<string> => {
  const dataFolder = await openDataFolder(onFinished);
  const first = await openStudio(onFinished, { dataFolder });
  await createSandbox(first, 'kept', { draft: { name: 'Kept' } });
  await callStudio(first, 'settings.update', { changes: { startupDelayMs: 123 } });
  expect(await first.end('SIGTERM')).toBe(0);
  return dataFolder;
};

describe.concurrent('a stored file', () => {
  it('that is torn is set aside, its backup is used, and a notice tells of it', async ({ onTestFinished }) => {
    const dataFolder = await usedFolder(onTestFinished);
    const torn: Record<string, string> = {};
    for (const name of ['fleet', 'settings']) {
      const text = await readFile(join(dataFolder, `${name}.json`), 'utf8');
      torn[name] = text.slice(0, text.length / 2);
      await writeFile(join(dataFolder, `${name}.json`), torn[name]);
    }
    const second = await openStudio(onTestFinished, { dataFolder });
    expect((await getInstance(second, 'kept')).configuration.name).toBe('Kept');
    expect((await callStudio(second, 'settings.get', {})).startupDelayMs).toBe(123);
    const notices = await watchTopic(second, 'notices', { onFinished: onTestFinished });
    const told = await notices.until((state) => state.notices.length >= 2);
    const asides = await readdir(dataFolder);
    for (const name of ['fleet', 'settings']) {
      const notice = told.notices.find(({ details }) => details['file'] === `${name}.json`);
      expect(notice).toMatchObject({ code: 'STORE_CORRUPT', severity: 'warning' });
      const aside = asides.find((file) => file.startsWith(`${name}.corrupt-`)) ?? '';
      expect(notice?.details['keptAs']).toBe(aside);
      expect(await readFile(join(dataFolder, aside), 'utf8')).toBe(torn[name]);
    }
    for (const { id } of told.notices) await callStudio(second, 'notices.dismiss', { noticeId: id });
    await notices.until((state) => state.notices.length === 0);
  });

  it('of a newer version is refused and stays as it is', async ({ onTestFinished }) => {
    const dataFolder = await usedFolder(onTestFinished);
    for (const name of ['fleet', 'settings']) {
      const path = join(dataFolder, `${name}.json`);
      const present = await readFile(path, 'utf8');
      const newer = present.replace('"version": 1', '"version": 99');
      expect(newer).not.toBe(present);
      await writeFile(path, newer);
      const files = await readdir(dataFolder);
      await expect(startHeadlessStudio({ dataFolder })).rejects.toThrow(/ended with 1 [^]*STORE_NEWER_VERSION/);
      expect(await readFile(path, 'utf8')).toBe(newer);
      expect(await readdir(dataFolder)).toEqual(files);
      await writeFile(path, present);
    }
    const again = await openStudio(onTestFinished, { dataFolder });
    expect((await getInstance(again, 'kept')).configuration.name).toBe('Kept');
  });
});

/** Runs the headless program with a command line that it does not accept. */
const runWith = async (args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> => {
  const entry = join(import.meta.dirname, '..', 'out', 'main', 'serve.js');
  const child = spawn(process.execPath, [entry, ...args], { stdio: ['ignore', 'pipe', 'pipe'], timeout: 20_000 });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
};

describe.concurrent('a command line with mistakes', () => {
  it.for([
    { args: ['--no-such-flag'], says: /INPUT_INVALID.*no-such-flag.*--help/ },
    { args: ['--studio-port', 'many'], says: /INPUT_INVALID: --studio-port: a whole number from 0 to 65535.*"many"/ },
    { args: ['--sandbox', '-1'], says: /INPUT_INVALID.*sandbox/ },
    { args: ['--log-level', 'loud'], says: /INPUT_INVALID: --log-level: one of debug, info, warn, error.*"loud"/ },
    { args: ['--studio-host', '0.0.0.0'], says: /SERVER_TOKEN_NEEDED/ },
  ])('($args) ends with 1 and says what is wrong', async ({ args, says }, { onTestFinished }) => {
    const folder = await openDataFolder(onTestFinished);
    const { code, stdout, stderr } = await runWith(['--data-folder', folder, '--gateway-port', '0', ...args]);
    expect(stderr).toMatch(says);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('(a taken port) ends with 1 and names who has it', async ({ onTestFinished }) => {
    const port = await occupyPort(onTestFinished);
    const dataFolder = await openDataFolder(onTestFinished);
    const args = ['--data-folder', dataFolder, '--gateway-port', '0', '--studio-port', String(port)];
    const { code, stderr } = await runWith(args);
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`SERVER_PORT_TAKEN.*pid ${process.pid}.*--studio-port`));
  });
});
