import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { makeRunnable } from './migration/node-comfyui.ts';
import { studioFingerprint } from './migration/old-install.ts';
import { isAtRest, seededRunId, waitForRun } from './migration/seeded-run.ts';
import { setUpMigration } from './migration/set-up.ts';
import { isListening } from './processes.ts';
import { callStudio, waitFor, waitForInstance } from './studio-client.ts';
import { openStudio } from './studio-fixture.ts';

/** Clients look for ComfyUI there, so that there is no other port to try this on. */
const port = 8188;
const isFree = !(await isListening(port));

describe.runIf(isFree)('the port of the ComfyUI that ran before', () => {
  it('becomes that of the gateway, its instance goes on for it, and the undo gives it back', async ({
    onTestFinished,
  }) => {
    const { dataFolder, root, before } = await setUpMigration(onTestFinished, {
      count: 1,
      choices: { takeOverPort: true },
      oldServers: { 'legacy-instance': `http://127.0.0.1:${port}` },
    });
    makeRunnable(root);
    const foreign = spawn(process.execPath, ['main.py', '--port', String(port)], { cwd: root, stdio: 'ignore' });
    const ended = once(foreign, 'exit');
    onTestFinished(async () => {
      foreign.kill('SIGKILL');
      await ended;
    });
    await waitFor(
      'the old server',
      () => isListening(port),
      (isThere) => isThere,
    );
    const studio = await openStudio(onTestFinished, { dataFolder });
    const { gateway } = (await callStudio(studio, 'studio.describe', {})).addresses;

    await callStudio(studio, 'migration.apply', { planId: 'plan-1' });
    const run = await waitForRun(studio, isAtRest);
    expect(run).toMatchObject({ state: 'applied', error: null });
    expect(run.steps.find(({ step }) => step === 'take-over')).toMatchObject({
      outcome: 'done',
      remarks: [{ code: 'old-server-ended' }],
    });
    expect(await ended).toEqual([0, null]);
    expect((await callStudio(studio, 'studio.describe', {})).addresses.gateway).toBe(`http://127.0.0.1:${port}`);
    expect((await callStudio(studio, 'settings.get', {})).gatewayPort).toBe(port);
    await waitForInstance(studio, 'legacy-instance', ({ status }) => status === 'running');
    expect((await callStudio(studio, 'instances.list', {})).instances).toHaveLength(2);

    await callStudio(studio, 'migration.undo', { runId: seededRunId });
    const undone = await waitForRun(studio, isAtRest);
    expect(undone).toMatchObject({ state: 'undone', error: null });
    expect(undone.steps.flatMap(({ remarks }) => remarks.map(({ code }) => code))).toContain('old-server-stays-ended');
    expect((await callStudio(studio, 'studio.describe', {})).addresses.gateway).toBe(gateway);
    expect(studioFingerprint(dataFolder)).toEqual(before.studio);
    expect(await isListening(port)).toBe(false);
  });
});
