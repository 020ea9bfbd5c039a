import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '../hosts/guide-test.ts';
import { type FormTab, instanceDialog } from '../pages/instance-dialog.ts';
import { instancesPage } from '../pages/instances-page.ts';

test.use({ chapter: 'create and edit' });

test('002-C1 002-C2 002-C5 002-C7 each tab has its fields, with help and their usual values', async ({
  page,
  studio,
  fleet,
}) => {
  await fleet.make({ name: 'First', started: false });
  await instancesPage(page).open(studio.ready.studio);
  const form = instanceDialog(page);
  await form.openNew();
  await expect(form.tabs).toHaveText(['Basic', 'Resources', 'Runtime', 'Environment variables', 'Advanced']);
  const fields: Readonly<Record<FormTab, readonly (readonly [label: string, value: string | RegExp | boolean])[]>> = {
    Basic: [
      ['Name', ''],
      ['Host', '127.0.0.1'],
      ['Port', /^\d{4,5}$/],
      ['Description', ''],
    ],
    Resources: [
      ['GPU device', 'Automatic'],
      ['Max concurrent workflows', '1'],
      ['Custom nodes path', ''],
    ],
    Runtime: [
      ['Auto-start', false],
      ['Timeout \\(ms\\)', /^300\s000$/],
      ['Queue monitoring', true],
    ],
    'Environment variables': [],
    Advanced: [['Extra arguments', '']],
  };
  for (const tab of ['Basic', 'Resources', 'Runtime', 'Environment variables', 'Advanced'] as const) {
    await form.show(tab);
    for (const [label, value] of fields[tab]) {
      const control = form.control(label);
      await expect(control, label).toHaveAccessibleDescription(/\w+ \w+/);
      if (typeof value === 'boolean') await expect(control, label).toBeChecked({ checked: value });
      else await expect(control, label).toHaveValue(value);
    }
  }
  await form.show('Environment variables');
  await expect(form.dialog.getByText('Given to the process of this instance only.', { exact: false })).toBeVisible();
});

test('002-C3 the suggested port is really free, and another one is offered at a click', async ({
  page,
  studio,
  fleet,
}) => {
  await instancesPage(page).open(studio.ready.studio);
  const form = instanceDialog(page);
  await form.openNew();
  const first = Number(await form.field('Port').inputValue());
  expect(first).toBeGreaterThanOrEqual(8188);
  await form.button('Suggest a free port').click();
  await expect(form.field('Port')).not.toHaveValue(String(first));
  await form.button('Cancel').click();
  await page.getByRole('button', { name: 'Discard changes' }).click();
  await fleet.make({ name: 'Takes it', port: first, started: false });
  await form.openNew();
  expect(Number(await form.field('Port').inputValue())).toBeGreaterThan(first);
});

test('002-C4 a GPU is chosen from those of the machine, or named freely', async ({ page, studio }) => {
  await instancesPage(page).open(studio.ready.studio);
  const form = instanceDialog(page);
  await form.openNew();
  await form.show('Resources');
  const gpu = form.dialog.getByRole('combobox', { name: 'GPU device' });
  await gpu.click();
  const option = (name: string | RegExp) => page.getByRole('option', { name });
  await expect(option(/^cuda:0 · RTX 4090 · 24\.0\sGB · bus 41:00/)).toBeVisible();
  await expect(option(/^cuda:1 · RTX 3080 · 12\.0\sGB · bus 42:00/)).toBeVisible();
  await expect(option(/^Automatic/)).toBeVisible();
  await expect(option(/^CPU/)).toBeVisible();
  await option(/^cuda:1/).click();
  await expect(gpu).toHaveValue(/^cuda:1 · RTX 3080/);
  await gpu.click();
  await option(/^Other/).click();
  await form.field('Another device').fill('cuda:0,cuda:1');
  await expect(form.field('Another device')).toHaveValue('cuda:0,cuda:1');
});

test('002-C6 the connection is tested before anything is stored, then created, changed and left', async ({
  page,
  studio,
  fleet,
}) => {
  const instances = instancesPage(page);
  await instances.open(studio.ready.studio);
  const form = instanceDialog(page);
  await form.openNew();
  await form.field('Name').fill('Tested');
  await form.useSandbox();
  await form.button('Test connection').click();
  const checks = form.dialog.getByRole('region', { name: 'Connection test' });
  await expect(checks.getByText('Everything that could be tested works.')).toBeVisible();
  await expect(checks.getByRole('listitem').filter({ hasText: 'Port' })).toBeVisible();
  expect((await fleet.call('instances.list', {})).instances).toEqual([]);
  await form.button('Create instance').click();
  await expect(form.dialog).toBeHidden();
  await instances.expectStatus('Tested', 'Stopped');

  // Testing what exists finds no clash with itself.
  await instances.act('Tested', 'Edit');
  await form.button('Test connection').click();
  await expect(checks.getByText('Everything that could be tested works.')).toBeVisible();
  await form.field('Description').fill('Changed');
  await form.button('Save changes').click();
  await expect(form.dialog).toBeHidden();
  expect((await fleet.get('Tested')).configuration.description).toBe('Changed');

  await instances.act('Tested', 'Edit');
  await form.field('Description').fill('Thought better of it');
  await form.button('Cancel').click();
  await page.getByRole('button', { name: 'Keep editing' }).click();
  await expect(form.field('Description')).toHaveValue('Thought better of it');
  await form.button('Cancel').click();
  await page.getByRole('button', { name: 'Discard changes' }).click();
  await expect(form.dialog).toBeHidden();
  expect((await fleet.get('Tested')).configuration.description).toBe('Changed');
});

test('002-C8 002-C11 what is typed is checked at once, in the words of the guide', async ({ page, studio, fleet }) => {
  await fleet.make({ name: 'Character Gen', started: false });
  const { port } = (await fleet.get('Character Gen')).configuration;
  await instancesPage(page).open(studio.ready.studio);
  const form = instanceDialog(page);
  await form.openNew();
  await form.field('Name').fill('Character Gen');
  await form.expectFinding('An instance named "Character Gen" exists already.');
  await form.field('Port').fill(String(port));
  await form.expectFinding(`Port ${port} is already used by instance "Character Gen"`);
  await form.field('Port').fill('70000');
  await form.expectFinding('Port must be between 1 and 65535');
  await form.field('Host').fill('no host');
  await form.expectFinding('"no host" is no host name or address.');
  await form.show('Resources');
  await form.dialog.getByRole('combobox', { name: 'GPU device' }).click();
  await page.getByRole('option', { name: /^Other/ }).click();
  await form.field('Another device').fill('cuda:2');
  await form.expectFinding("GPU device 'cuda:2' not available on this system");
  await form.field('Custom nodes path').fill('/nowhere/nodes');
  await form.expectFinding('Custom nodes path does not exist or is not accessible');
  await form.field('Max concurrent workflows').fill('0');
  await form.expectFinding('Max concurrent workflows must be between 1 and');
  await form.show('Runtime');
  await form.field('Timeout').fill('10');
  await form.expectFinding('Timeout must be between 1000 and 86400000 ms');
  await form.show('Environment variables');
  await form.button('Add variable').click();
  await form.variable('Name').fill('1 BAD');
  await form.expectFinding('"1 BAD" is no valid name of a variable.');
  await form.button('Create instance').click();
  await expect(form.dialog).toBeVisible();
  expect((await fleet.call('instances.list', {})).instances).toHaveLength(1);
});

test('002-C9 the three examples of the guide are templates', async ({ page, studio, fleet }, testInfo) => {
  await instancesPage(page).open(studio.ready.studio);
  const form = instanceDialog(page);
  const examples = [
    { name: 'Default Instance', port: 8188, gpu: /^Automatic/, autoStart: true, atOnce: '1', timeout: /^300\s000$/ },
    {
      name: 'Character Gen - RTX 4090',
      port: 8189,
      gpu: /^cuda:0/,
      autoStart: false,
      atOnce: '2',
      timeout: /^300\s000$/,
    },
    {
      name: 'Batch Processing - RTX 3080',
      port: 8190,
      gpu: /^cuda:1/,
      autoStart: false,
      atOnce: '1',
      timeout: /^600\s000$/,
    },
  ] as const;
  await form.openNew();
  for (const { name, port, gpu, autoStart, atOnce, timeout } of examples) {
    await form.show('Basic');
    await form.template(name).click();
    await expect(form.field('Name')).toHaveValue(name);
    expect(Number(await form.field('Port').inputValue())).toBeGreaterThanOrEqual(port);
    await form.show('Resources');
    await expect(form.dialog.getByRole('combobox', { name: 'GPU device' })).toHaveValue(gpu);
    await expect(form.field('Max concurrent workflows')).toHaveValue(atOnce);
    await form.show('Runtime');
    await expect(form.control('Auto-start')).toBeChecked({ checked: autoStart });
    await expect(form.field('Timeout')).toHaveValue(timeout);
  }
  // With the folder of a ComfyUI it is complete.
  const folder = testInfo.outputPath('ComfyUI');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'main.py'), '');
  await form.show('Basic');
  await form.field('ComfyUI folder').fill(folder);
  await form.button('Create instance').click();
  await expect(form.dialog).toBeHidden();
  const { configuration } = await fleet.get('Batch Processing - RTX 3080');
  expect(configuration).toMatchObject({ gpuDevice: 'cuda:1', maxConcurrentWorkflows: 1, timeoutMs: 600_000 });
});

test('002-C10 variables are added, renamed and removed, shown in the preview, and given to the process', async ({
  page,
  studio,
  fleet,
}) => {
  const instances = instancesPage(page);
  await fleet.make({ name: 'With variables', started: false });
  await instances.open(studio.ready.studio);
  await instances.act('With variables', 'Edit');
  const form = instanceDialog(page);
  await form.show('Environment variables');
  const add = async (name: string, value: string): Promise<void> => {
    await form.button('Add variable').click();
    await form.variable('Name').last().fill(name);
    await form.variable('Value').last().fill(value);
  };
  await add('PYTORCH_CUDA_ALLOC_CONF', 'max_split_size_mb:512');
  await add('COMFYUI_CUSTOM_NODES', '/opt/nodes');
  await add('MISSPELT', '1');
  await add('TO_REMOVE', '1');
  await form.variable('Name').nth(2).fill('OMP_NUM_THREADS');
  await form.button('Remove TO_REMOVE').click();
  await form.show('Advanced');
  await expect(form.dialog.getByText('PYTORCH_CUDA_ALLOC_CONF=max_split_size_mb:512')).toBeVisible();
  await form.button('Save changes').click();
  await expect(form.dialog).toBeHidden();
  await instances.act('With variables', 'Start');
  await instances.expectHealth('With variables', 'healthy');
  const { pid, configuration } = await fleet.get('With variables');
  expect(configuration.environmentVariables).toEqual({
    PYTORCH_CUDA_ALLOC_CONF: 'max_split_size_mb:512',
    COMFYUI_CUSTOM_NODES: '/opt/nodes',
    OMP_NUM_THREADS: '1',
  });
  const given = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0');
  expect(given).toContain('PYTORCH_CUDA_ALLOC_CONF=max_split_size_mb:512');
  expect(given).toContain('COMFYUI_CUSTOM_NODES=/opt/nodes');
});

test('002-C6 a change of a running instance says what needs a restart, and restarts', async ({
  page,
  studio,
  fleet,
}) => {
  await fleet.make({ name: 'Runs' });
  const before = (await fleet.get('Runs')).pid;
  const instances = instancesPage(page);
  await instances.open(studio.ready.studio);
  await instances.act('Runs', 'Edit');
  const form = instanceDialog(page);
  await form.field('Description').fill('Needs none');
  await form.show('Environment variables');
  await form.button('Add variable').click();
  await form.variable('Name').fill('OMP_NUM_THREADS');
  await form.variable('Value').fill('2');
  await expect(form.dialog.getByText(/It runs\. After a restart only: .*nvironment/)).toBeVisible();
  await form.button('Save and restart').click();
  await expect(form.dialog).toBeHidden();
  await expect.poll(async () => (await fleet.get('Runs')).pid).not.toBe(before);
  await instances.expectHealth('Runs', 'healthy');
});
