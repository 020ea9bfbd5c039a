import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CallName } from '#contract/calls/index.ts';
import { wireErrorSchema } from '#contract/errors.ts';
import type { InstanceDraft } from '#contract/models/instance.ts';
import type { HeadlessStudio } from '../e2e/hosts/headless-studio.ts';
import { callStudio, getInstance, waitForInstance } from './studio-client.ts';
import {
  createSandbox,
  freePort,
  occupyPort,
  openDataFolder,
  openStudio,
  runSandbox,
  shareStudio,
} from './studio-fixture.ts';
import { plainPrompt, submit, waitForEnd } from './studio-jobs.ts';

const studio = shareStudio();

/** The refusal of a call that is made with anything at all. */
const refusalOf = async (of: HeadlessStudio, name: CallName, body: string) => {
  const answer = await fetch(`${of.ready.studio}/api/${name.replace('.', '/')}`, { method: 'POST', body });
  const error = wireErrorSchema.safeParse(await answer.json());
  return { status: answer.status, error: error.data };
};

const inspect = (text: string) => refusalOf(studio(), 'workflows.inspect', JSON.stringify({ text }));

describe.concurrent('a workflow that cannot run', () => {
  const uiFormat = {
    version: 0.4,
    nodes: [{ id: 1, type: 'KSampler' }],
    links: [],
    groups: [],
  };
  const withoutOutputs = {
    '1': { class_type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 1, color: 0 } },
  };

  it.each([
    { what: 'no JSON', text: '{"1": ', status: 400, error: { code: 'WORKFLOW_NOT_JSON' } },
    {
      what: 'the editor format',
      text: JSON.stringify(uiFormat),
      status: 400,
      error: { code: 'WORKFLOW_UI_FORMAT', details: { advice: 'export-api', nodeCount: 1 } },
    },
    { what: 'something else', text: '[1, 2]', status: 400, error: { code: 'WORKFLOW_INVALID' } },
  ])('($what) is refused with a code and advice', async ({ text, status, error }) => {
    expect(await inspect(text)).toMatchObject({ status, error: { ...error, retryable: false } });
  });

  it('is refused by a submission too, and nothing is queued', async () => {
    for (const [prompt, code] of [
      [uiFormat, ['INPUT_INVALID', 'WORKFLOW_UI_FORMAT']],
      [{}, ['WORKFLOW_INVALID']],
    ] as const) {
      const { status, error } = await refusalOf(studio(), 'jobs.submit', JSON.stringify({ prompt }));
      expect(status).toBe(400);
      expect(code).toContain(error?.code);
    }
    expect(await callStudio(studio(), 'jobs.list', {})).toEqual({ jobs: [], total: 0 });
  });

  it('(no outputs, unknown nodes) is refused once an instance has told what it knows', async ({ onTestFinished }) => {
    const own = await openStudio(onTestFinished);
    await runSandbox(own, 'plain');
    await waitForEnd(own, (await submit(own, plainPrompt('known'))).id);
    const bare = JSON.stringify({ prompt: withoutOutputs });
    expect(await refusalOf(own, 'jobs.submit', bare)).toMatchObject({
      status: 400,
      error: { code: 'WORKFLOW_NO_OUTPUTS', details: { advice: 'add-output-node' } },
    });
    const prompt = { ...plainPrompt('x'), '2': { class_type: 'NodeOfNobody', inputs: { image: ['1', 0] } } };
    const refused = await refusalOf(own, 'jobs.submit', JSON.stringify({ prompt }));
    expect(refused).toMatchObject({
      status: 400,
      error: {
        code: 'WORKFLOW_NODE_UNKNOWN',
        details: { classTypes: ['NodeOfNobody'], instances: [{ instanceId: 'plain', classTypes: ['NodeOfNobody'] }] },
      },
    });
    expect((await callStudio(own, 'jobs.list', {})).jobs).toHaveLength(1);
  });

  it('(100 MB large) is refused in seconds, and the studio goes on', async () => {
    const refused = await inspect('x'.repeat(100_000_000));
    expect(refused).toMatchObject({ status: 413, error: { code: 'INPUT_TOO_LARGE' } });
    const far = await refusalOf(studio(), 'jobs.submit', JSON.stringify({ prompt: { '1': 'x'.repeat(20_000_000) } }));
    expect(far).toMatchObject({ status: 413, error: { code: 'INPUT_TOO_LARGE' } });
    expect((await callStudio(studio(), 'studio.describe', {})).name).toBe('atelier');
  });
});

const problemsOf = async (draft: InstanceDraft) =>
  (await callStudio(studio(), 'instances.validate', { draft })).problems.map(({ field, severity, code }) => ({
    field,
    severity,
    code,
  }));

const expectRefused = async (draft: InstanceDraft): Promise<void> => {
  const refused = await refusalOf(studio(), 'instances.create', JSON.stringify({ draft }));
  expect(refused).toMatchObject({ status: 400, error: { code: 'INSTANCE_INVALID', details: expect.any(Object) } });
  const { instances } = await callStudio(studio(), 'instances.list', {});
  expect(instances.filter(({ configuration }) => configuration.name === draft.name && draft.name !== 'Twin')).toEqual(
    [],
  );
};

describe.concurrent('a configuration with mistakes', () => {
  it('names a port below 1024, and one that a program has with that program', async ({ onTestFinished }) => {
    const draft = { name: 'Low', program: 'sandbox' } as const;
    expect(await problemsOf({ ...draft, port: 80 })).toContainEqual({
      field: 'port',
      severity: 'warning',
      code: 'port-privileged',
    });
    for (const port of [0, 65_536, 80.5]) {
      expect(await problemsOf({ ...draft, port })).toContainEqual({
        field: 'port',
        severity: 'error',
        code: 'port-range',
      });
    }
    const port = await occupyPort(onTestFinished);
    const { valid, problems } = await callStudio(studio(), 'instances.validate', { draft: { ...draft, port } });
    expect(valid).toBe(false);
    expect(problems).toContainEqual(
      expect.objectContaining({
        field: 'port',
        code: 'port-taken',
        details: expect.objectContaining({ pid: process.pid }),
      }),
    );
    await expectRefused({ ...draft, port });
  });

  it('names a Python that does not exist and a folder without main.py', async ({ onTestFinished }) => {
    const folder = await openDataFolder(onTestFinished);
    const draft = {
      name: 'No ComfyUI',
      port: await freePort(),
      comfyuiFolder: folder,
      pythonPath: join(folder, 'python'),
    };
    const problems = await problemsOf(draft);
    expect(problems).toContainEqual({ field: 'comfyuiFolder', severity: 'error', code: 'main-file-missing' });
    expect(problems).toContainEqual({ field: 'pythonPath', severity: 'error', code: 'python-missing' });
    await expectRefused(draft);
  });

  it('names what is missing when it went missing later, and does not try again', async ({ onTestFinished }) => {
    const folder = await openDataFolder(onTestFinished);
    const python = join(folder, 'python');
    await mkdir(join(folder, 'comfyui'));
    await writeFile(join(folder, 'comfyui', 'main.py'), '');
    await writeFile(python, '#!/no/such/interpreter\n', { mode: 0o755 });
    await callStudio(studio(), 'instances.create', {
      draft: {
        id: 'gone',
        name: 'Gone',
        port: await freePort(),
        comfyuiFolder: join(folder, 'comfyui'),
        pythonPath: python,
      },
    });
    await callStudio(studio(), 'instances.start', { instanceId: 'gone' });
    const failed = await waitForInstance(studio(), 'gone', ({ state }) => state.kind === 'failed');
    expect(failed).toMatchObject({
      statistics: { restarts: 0 },
      state: { reason: { code: 'LAUNCH_PYTHON_MISSING' } },
    });
  });

  it('refuses a second instance of the same name', async () => {
    await createSandbox(studio(), 'twin', { draft: { name: 'Twin' } });
    const draft: InstanceDraft = { name: ' twin ', program: 'sandbox', port: await freePort() };
    expect(await problemsOf(draft)).toContainEqual({ field: 'name', severity: 'error', code: 'name-taken' });
    await expectRefused(draft);
    expect((await getInstance(studio(), 'twin')).configuration.name).toBe('Twin');
  });

  it('refuses its own addresses as a remote instance', async () => {
    const { studio: screens, gateway } = studio().ready;
    for (const url of [screens, gateway, gateway.replace('127.0.0.1', 'localhost')]) {
      const draft: InstanceDraft = { id: 'self', name: 'Self', kind: 'remote', url };
      expect(await callStudio(studio(), 'instances.validate', { draft })).toMatchObject({
        valid: false,
        problems: [{ field: 'url', code: 'address-own' }],
      });
      const refusal = await refusalOf(studio(), 'instances.create', JSON.stringify({ draft }));
      expect(refusal).toMatchObject({ status: 400, error: { code: 'INSTANCE_INVALID' } });
    }
  });

  it('answers about a remote host that hangs within seconds', async ({ onTestFinished }) => {
    const port = await occupyPort(onTestFinished);
    const draft: InstanceDraft = { id: 'mute', name: 'Mute', kind: 'remote', url: `http://127.0.0.1:${port}` };
    const startedAt = performance.now();
    const report = await callStudio(studio(), 'instances.testConnection', { draft });
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    expect(report.reachable).toBe(false);
    const failed = report.checks.filter(({ outcome }) => outcome === 'failed');
    expect(failed.length).toBeGreaterThan(0);
    for (const { advice, message } of failed) {
      expect(message).not.toBe('');
      expect(advice).not.toBe('');
    }
    // It may be stored all the same, and does not hold anything up.
    await callStudio(studio(), 'instances.create', { draft });
    const view = await waitForInstance(studio(), 'mute', ({ state }) => state.kind !== 'stopped');
    expect(view.status).not.toBe('running');
    await callStudio(studio(), 'instances.delete', { instanceId: 'mute' });
  });
});
