import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { plantedPassword, serversFileText } from '#main/platform/migration/file-layouts.fixture.ts';
import { writeCheckoutWithLibrary } from '#main/platform/migration/install-layouts.fixture.ts';
import { snapshotTree } from '#main/platform/migration/tree.fixture.ts';
import { callStudio, waitFor } from './studio-client.ts';
import { freePort, shareStudio } from './studio-fixture.ts';

const studio = shareStudio();

/** As much of ComfyUI as a scan asks for. Node runs it whatever its name ends in. */
const program = `
  const { createServer } = require('node:http');
  const argv = process.argv.slice(2);
  if (argv.includes('--help')) { console.log('usage: main.py [-h] [--listen [IP]] [--port PORT] [--lowvram]'); process.exit(0); }
  const port = Number(argv[argv.indexOf('--port') + 1]);
  const stats = { system: { os: 'linux', comfyui_version: '0.33.0', argv: ['main.py', ...argv], ram_total: 1, ram_free: 1 }, devices: [] };
  createServer((request, response) => {
    response.writeHead(request.url === '/system_stats' ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(stats));
  }).listen(port, '127.0.0.1');
`;

const openFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'atelier-migration-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

/** A ComfyUI that somebody started by hand, as `python main.py` in its folder. */
const startByHand = async (comfyuiFolder: string): Promise<{ port: number; pid: number }> => {
  const port = await freePort();
  const child = spawn(process.execPath, ['main.py', '--port', String(port), '--lowvram'], {
    cwd: comfyuiFolder,
    stdio: 'ignore',
    env: { ...process.env, CUDA_VISIBLE_DEVICES: '0', HF_TOKEN: plantedPassword },
  });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  await waitFor(
    'the answer of the ComfyUI',
    () =>
      fetch(`http://127.0.0.1:${port}/system_stats`).then(
        ({ ok }) => ok,
        () => false,
      ),
    (isUp) => isUp,
  );
  return { port, pid: child.pid ?? 0 };
};

describe('the studio', () => {
  it('finds a ComfyUI that runs, plans its instances, and changes nothing (002-H1, 001-D3)', async () => {
    const root = await openFolder();
    const { folder, library } = await writeCheckoutWithLibrary(root, { more: { 'main.py': program } });
    const { port, pid } = await startByHand(folder);
    const before = await snapshotTree(root);
    const { findings } = await callStudio(studio(), 'migration.scan', {
      usualPlaces: false,
      urls: [`http://localhost:${port}`],
      folders: [root],
    });
    expect(findings.map(({ kind }) => kind)).toEqual(['running']);
    const [candidate] = findings[0]?.candidates ?? [];
    expect(candidate).toMatchObject({
      comfyuiFolder: folder,
      pythonPath: process.execPath,
      port,
      runningPid: pid,
      gpuDevice: 'cuda:0',
      arguments: ['--lowvram'],
    });
    expect(candidate?.modelFolders).toContain(join(library, 'checkpoints'));
    const findingIds = findings.map(({ id }) => id);
    const plan = await callStudio(studio(), 'migration.plan', { findingIds });
    expect(plan.instances[0]).toMatchObject({
      isLegacy: true,
      draft: { name: 'Legacy Instance', comfyuiFolder: folder, pythonPath: process.execPath },
    });
    expect(plan.instances[0]?.draft.port).not.toBe(port);
    expect(plan.conflicts.map(({ code }) => code)).toContain('port-held-by-running');
    expect(plan.canApply).toBe(true);
    expect((await callStudio(studio(), 'migration.plan', { findingIds })).id).toBe(plan.id);
    // What is planned can be made as it is.
    for (const { draft } of plan.instances) {
      const { problems } = await callStudio(studio(), 'instances.validate', { draft });
      expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    }
    expect(await snapshotTree(root)).toEqual(before);
    expect(JSON.stringify([findings, plan])).not.toContain(plantedPassword);
    expect((await callStudio(studio(), 'instances.list', {})).instances).toEqual([]);
  });

  it('says no password of a servers file, in no answer and in no log (002-H4)', async () => {
    const root = await openFolder();
    const file = join(root, 'comfyui-servers-1.json');
    await writeFile(file, serversFileText);
    const { findings } = await callStudio(studio(), 'migration.scan', { usualPlaces: false, files: [file] });
    const plan = await callStudio(studio(), 'migration.plan', { findingIds: findings.map(({ id }) => id) });
    expect(plan.instances.map(({ secret }) => secret)).toEqual(['none', 'from-file', 'from-file', 'from-file', 'ask']);
    expect(JSON.stringify([findings, plan])).not.toContain(plantedPassword);
    expect(studio().log()).not.toContain(plantedPassword);
  });

  it('looks at the usual places of the machine that it runs on', async () => {
    const { findings, durationMs } = await callStudio(studio(), 'migration.scan', {});
    expect(durationMs).toBeGreaterThanOrEqual(0);
    expect(new Set(findings.map(({ id }) => id)).size).toBe(findings.length);
  });

  it('plans nothing of what was never found', async () => {
    await expect(callStudio(studio(), 'migration.plan', { findingIds: ['git-0'] })).rejects.toThrow(
      'MIGRATION_FINDING_GONE',
    );
  });
});
