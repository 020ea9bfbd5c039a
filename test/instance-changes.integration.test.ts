import { expect, it, onTestFinished } from 'vitest';
import { callStudio, getInstance } from './studio-client.ts';
import { createSandbox, openDataFolder, openStudio, shareStudio, startInstance } from './studio-fixture.ts';

const studio = shareStudio();

const sandbox = async (id: string) => (await createSandbox(studio(), id)).configuration;

it('keeps what two people changed in different fields, and tells the second of the same field', async () => {
  const basis = await sandbox('Shared');
  const instanceId = basis.id;
  await callStudio(studio(), 'instances.update', { instanceId, basis, changes: { description: 'first' } });
  await callStudio(studio(), 'instances.update', { instanceId, basis, changes: { weight: 2 } });
  const { configuration } = await getInstance(studio(), instanceId);
  expect(configuration).toMatchObject({ description: 'first', weight: 2 });
  const late = callStudio(studio(), 'instances.update', { instanceId, basis, changes: { description: 'second' } });
  await expect(late).rejects.toThrow('INSTANCE_CHANGED');
  expect((await getInstance(studio(), instanceId)).configuration.description).toBe('first');
});

it('tells the flags of the program that a draft names, and who sets them', async () => {
  const answer = await callStudio(studio(), 'instances.flags', { draft: { name: 'x', program: 'sandbox' } });
  expect(answer.state).toBe('known');
  const flags = new Map(answer.flags.map((flag) => [flag.flag, flag]));
  expect(flags.get('--port')?.setBy).toEqual({ kind: 'field', field: 'port' });
  expect(flags.get('--reserve-vram')).toMatchObject({ takesValue: 'one', setBy: null });
  expect(flags.get('--reserve-vram')?.help).not.toBe('');
  expect(await callStudio(studio(), 'instances.flags', { draft: { name: 'x', comfyuiFolder: '/nowhere' } })).toEqual({
    state: 'no-install',
    flags: [],
  });
});

it('says which changes a running instance takes up at its next start only', async () => {
  const { id: instanceId, name } = await sandbox('Running');
  const ask = async (draft: object) =>
    (await callStudio(studio(), 'instances.validate', { draft: { name, ...draft }, instanceId })).restartNeededFor;
  const changes = { extraArguments: ['--lowvram'], description: 'at once' };
  expect(await ask(changes)).toEqual([]);
  await startInstance(studio(), instanceId);
  expect(await ask(changes)).toEqual(['extraArguments']);
});

it('finds a name that is too long instead of refusing the call', async () => {
  const { valid, problems } = await callStudio(studio(), 'instances.validate', {
    draft: { name: '🎨'.repeat(400), program: 'sandbox' },
  });
  expect(valid).toBe(false);
  expect(problems).toMatchObject([{ field: 'name', code: 'text-long' }]);
});

it('keeps templates over a restart', async () => {
  const dataFolder = await openDataFolder(onTestFinished);
  const first = await openStudio(onTestFinished, { dataFolder });
  await callStudio(first, 'templates.save', {
    name: 'Night',
    draft: { name: 'Night shift', port: 8300, environmentVariables: { HF_TOKEN: 'hf_1234567890abcdef' } },
  });
  await first.end('SIGTERM');
  const second = await openStudio(onTestFinished, { dataFolder });
  const { templates } = await callStudio(second, 'templates.list', {});
  expect(templates.map(({ name }) => name)).toEqual([
    'Default Instance',
    'Character Gen - RTX 4090',
    'Batch Processing - RTX 3080',
    'Night',
  ]);
  expect(templates[3]?.draft).toMatchObject({ port: 8300, environmentVariables: {} });
});
