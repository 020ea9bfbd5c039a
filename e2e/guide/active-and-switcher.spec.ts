import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '../hosts/guide-test.ts';
import { startHeadlessStudio, temporaryFolder } from '../hosts/headless-studio.ts';
import { quickPrompt, ranOn, workflowFile } from '../hosts/job-fixtures.ts';
import { instancesPage } from '../pages/instances-page.ts';
import { runPage } from '../pages/run-page.ts';
import { switcher } from '../pages/switcher.ts';

test.use({ chapter: 'active instance and switcher' });

test('002-D1 002-D4 002-D6 new work goes to the active instance, to a chosen one, or is balanced', async ({
  page,
  studio,
  fleet,
}) => {
  await fleet.make({ name: 'One' }, { name: 'Two' });
  const active = switcher(page);
  const run = runPage(page);
  await run.open(studio.ready.studio);
  await active.choose('Two');
  await active.expectActive('Two');
  // A file as ComfyUI exports it, with nothing in it that Atelier asks for.
  await run.openFile(workflowFile('text-to-image'));
  const where = page.getByRole('combobox', { name: 'Where' });
  await expect(where).toHaveValue('Active instance (Two)');
  await run.runTimes(2);
  await expect(page.getByText('2 of 2 done')).toBeVisible();
  expect(await ranOn(fleet)).toEqual(['Two', 'Two']);

  await where.click();
  await page.getByRole('option', { name: 'One', exact: true }).click();
  await run.runTimes(1);
  await expect(page.getByText('3 of 3 done')).toBeVisible();
  expect(await ranOn(fleet)).toEqual(['Two', 'Two', 'One']);

  await fleet.settings({ balancingStrategy: 'round-robin' });
  await active.choose('Clear active instance');
  await active.expectActive('Balanced');
  await where.click();
  await page.getByRole('option', { name: 'Balanced over all instances' }).click();
  await run.runTimes(2);
  await expect(page.getByText('5 of 5 done')).toBeVisible();
  expect((await ranOn(fleet)).slice(3).toSorted()).toEqual(['One', 'Two']);
});

test('002-D2 002-D3 the switcher shows the active one, offers what runs with its health, and greys the rest', async ({
  page,
  studio,
  fleet,
}) => {
  await fleet.settings({ probeIntervalMs: 1000 });
  await fleet.make({ name: 'Well' }, { name: 'Unwell' }, { name: 'Resting', started: false });
  await fleet.fault('Unwell', 'http-500');
  const { endpoint } = await fleet.get('Well');
  const active = switcher(page);
  await instancesPage(page).open(studio.ready.studio);
  await instancesPage(page).expectHealth('Unwell', 'unhealthy');
  await active.expectActive('Balanced');
  await expect(active.button).toHaveAccessibleName('Active instance: Balanced');
  await active.open();
  await expect(active.group('Running instances').getByRole('option')).toHaveCount(2);
  await expect(active.option('Well')).toContainText('healthy');
  await expect(active.option('Well')).toBeEnabled();
  await expect(active.option('Unwell')).toContainText('unhealthy');
  await expect(active.option('Unwell')).toBeDisabled();
  await expect(active.group('Other instances').getByRole('option')).toHaveCount(1);
  await expect(active.option('Resting')).toContainText('Stopped');
  await expect(active.option('Resting')).toBeDisabled();
  await active.option('Well').click();
  await active.expectActive('Well');
  await expect(active.button).toContainText(endpoint.replace('http://', ''));
  await expect(active.button).toContainText('healthy');
  await active.choose('Clear active instance');
  await expect(active.button).toHaveAccessibleName('Active instance: Balanced');
});

test('002-D1 at most one is active; when it stops or is deleted that is said, and work goes on', async ({
  page,
  studio,
  fleet,
}) => {
  await fleet.make({ name: 'One' }, { name: 'Two' });
  const instances = instancesPage(page);
  const active = switcher(page);
  await instances.open(studio.ready.studio);
  await instances.act('One', 'Set active');
  await expect(page.getByRole('article', { name: 'One, Active instance' })).toBeVisible();
  await instances.act('Two', 'Set active');
  await expect(page.getByRole('article', { name: /, Active instance$/ })).toHaveCount(1);
  await active.expectActive('Two');

  await instances.act('Two', 'Stop');
  await instances.expectStatus('Two', 'Stopped');
  await fleet.call('jobs.submit', { prompt: quickPrompt(), title: 'while it is away' });
  await expect.poll(() => ranOn(fleet)).toEqual(['One']);
  await instances.act('Two', 'Delete');
  await instances.dialog.getByRole('button', { name: 'Delete instance' }).click();
  await active.expectActive('Balanced');
  await expect(page.getByText('1 of 1 instances · Balanced over all running instances')).toBeVisible();
});

test('002-D1 the choice survives a restart of the studio', async ({ page }) => {
  const folder = await temporaryFolder();
  const first = await startHeadlessStudio({ dataFolder: folder.path, arguments: ['--sandbox', '2'] });
  await instancesPage(page).open(first.ready.studio);
  await switcher(page).choose('Sandbox 2');
  await switcher(page).expectActive('Sandbox 2');
  await first.end('SIGTERM');
  const port = new URL(first.ready.studio).port;
  const second = await startHeadlessStudio({
    dataFolder: folder.path,
    arguments: ['--sandbox', '2', '--studio-port', port],
  });
  try {
    await page.reload();
    await switcher(page).expectActive('Sandbox 2');
  } finally {
    await second.end('SIGTERM');
    await folder.remove();
  }
});

test('002-D6 a workflow file sent to the gateway as it is gives a picture', async ({ studio, fleet }) => {
  await fleet.make({ name: 'One' });
  const prompt: unknown = JSON.parse(await readFile(workflowFile('text-to-image'), 'utf8'));
  const answer = await fetch(`${studio.ready.gateway}/prompt`, { method: 'POST', body: JSON.stringify({ prompt }) });
  const { prompt_id: promptId }: { prompt_id: string } = JSON.parse(await answer.text());
  const outputs = async (): Promise<number> => {
    const history = await fetch(`${studio.ready.gateway}/history/${promptId}`);
    const entries: Record<string, { outputs: Record<string, { images?: unknown[] }> }> = JSON.parse(
      await history.text(),
    );
    return Object.values(entries[promptId]?.outputs ?? {}).flatMap(({ images = [] }) => images).length;
  };
  await expect.poll(outputs).toBe(1);
});

test('002-D7 each instance has its own outputs and its own custom nodes, and they share their models', async ({
  page,
  studio,
  fleet,
}, testInfo) => {
  const folder = async (...parts: readonly string[]): Promise<string> => {
    const path = join(testInfo.outputPath(), ...parts);
    await mkdir(path, { recursive: true });
    return path;
  };
  const comfyuiFolder = await folder('ComfyUI');
  await writeFile(join(comfyuiFolder, 'main.py'), '');
  const nodes = { A: await folder('nodes-a'), B: await folder('nodes-b') };
  const installed = { program: 'comfyui', comfyuiFolder, started: false } as const;
  await fleet.make(
    { name: 'A', customNodesPath: nodes.A, ...installed },
    { name: 'B', customNodesPath: nodes.B, ...installed },
    { name: 'One' },
    { name: 'Two' },
  );
  const { id: jobId } = await fleet.call('jobs.submit', {
    prompt: quickPrompt(),
    title: 'mine',
    instanceId: (await fleet.get('One')).configuration.id,
  });
  await expect.poll(async () => (await fleet.call('jobs.get', { jobId })).state).toBe('succeeded');

  const instances = instancesPage(page);
  const place = (name: string) => page.getByRole('listitem').filter({ has: page.getByText(name, { exact: true }) });
  const openFiles = async (name: string): Promise<void> => {
    await instances.open(studio.ready.studio);
    await instances.card(name).getByRole('link', { name, exact: true }).click();
    await page.getByRole('tab', { name: 'Files' }).click();
    await expect(place('Models')).toBeVisible();
  };
  const pathOf = async (name: string): Promise<string> =>
    (
      await place(name)
        .first()
        .getByRole('button', { name: /Copy \// })
        .getByText(/^\//)
        .innerText()
    ).trim();
  const models: string[] = [];
  const outputs: string[] = [];
  for (const name of ['A', 'B'] as const) {
    await openFiles(name);
    expect(await pathOf('Custom nodes')).toBe(nodes[name]);
    models.push(await pathOf('Models'));
    outputs.push(await pathOf('Outputs'));
  }
  await openFiles('One');
  await expect(place('Outputs')).toContainText('1 file');
  models.push(await pathOf('Models'));
  outputs.push(await pathOf('Outputs'));
  await openFiles('Two');
  await expect(place('Outputs')).not.toContainText('1 file');
  models.push(await pathOf('Models'));
  outputs.push(await pathOf('Outputs'));
  // Those of one install, and those of one program, read the same models.
  expect([models[0], models[2]]).toEqual([models[1], models[3]]);
  expect(new Set(outputs).size).toBe(4);
});
