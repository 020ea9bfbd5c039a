import { parseArgsStringToArgv } from 'string-argv';
import { describe, expect, it } from 'vitest';
import {
  type InstanceConfiguration,
  type InstanceDraft,
  instanceConfigurationSchema,
} from '#contract/models/instance.ts';
import { completeDraft } from './complete-draft.ts';
import { configurationOf } from './fake-machine.fixture.ts';

const complete = (draft: Partial<InstanceDraft>, existing: InstanceConfiguration | null = null) =>
  completeDraft(draft, {
    existing,
    makeId: () => '3f2a9c11-aaaa-bbbb-cccc-1234567890ab',
    now: 42,
    splitArguments: parseArgsStringToArgv,
  });

describe('completing a draft', () => {
  it('fills in the defaults, an id that tells the name, and the time', () => {
    expect(complete({ name: 'Character Gen - RTX 4090' })).toEqual(
      instanceConfigurationSchema.parse({
        id: 'character-gen-rtx-4090-3f2a9c',
        name: 'Character Gen - RTX 4090',
        createdAt: 42,
      }),
    );
  });

  it.each([
    ['日本語', 'instance-3f2a9c'],
    ['  --  ', 'instance-3f2a9c'],
    ['Ä-Größe', 'a-gro-e-3f2a9c'],
    ['x'.repeat(200), `${'x'.repeat(40)}-3f2a9c`],
  ])('makes a valid id from %j', (name, id) => {
    expect(complete({ name }).id).toBe(id);
    expect(instanceConfigurationSchema.safeParse(complete({ name })).success).toBe(true);
  });

  it('takes the id that a new draft asks for, and never changes the one of an instance', () => {
    expect(complete({ id: 'mine', name: 'A' }).id).toBe('mine');
    expect(complete({ id: 'mine', name: 'A', createdAt: 7 }, configurationOf({ createdAt: 5 }))).toMatchObject({
      id: 'one',
      createdAt: 5,
    });
  });

  it('changes one field of the idle policy and leaves the others', () => {
    const idle = { freeAfterMs: 1, stopAfterMs: 2, startOnDemand: true };
    const existing = { ...complete({ name: 'A' }), idle, weight: 2 };
    expect(complete({ idle: { stopAfterMs: 0 } }, existing)).toMatchObject({
      idle: { ...idle, stopAfterMs: 0 },
      weight: 2,
    });
    expect(complete({ idle: { startOnDemand: false }, weight: 0.5 }, existing)).toMatchObject({
      idle: { ...idle, startOnDemand: false },
      weight: 0.5,
    });
    expect(complete({ name: 'A' })).toMatchObject({
      idle: { freeAfterMs: 0, stopAfterMs: 0, startOnDemand: false },
      weight: 1,
    });
  });

  it('changes what is given and nothing else', () => {
    const existing = configurationOf({
      port: 9000,
      gpuDevice: 'cuda:1',
      extraArguments: ['--lowvram'],
      autoStart: true,
      folders: { base: '', output: '/out', input: '/in', user: '', temp: '', models: '' },
    });
    expect(
      complete({ description: 'new', folders: { input: '' }, sandbox: { speed: 2 }, port: undefined }, existing),
    ).toEqual({
      ...existing,
      description: 'new',
      folders: { ...existing.folders, input: '' },
      sandbox: { ...existing.sandbox, speed: 2 },
    });
  });

  it('lets a field be emptied', () => {
    const existing = configurationOf({
      description: 'x',
      customNodesPath: '/n',
      autoStart: true,
      extraArguments: ['--cpu'],
    });
    expect(
      complete({ description: '', customNodesPath: '', autoStart: false, extraArguments: [] }, existing),
    ).toMatchObject({
      description: '',
      customNodesPath: '',
      autoStart: false,
      extraArguments: [],
    });
  });

  it.each([
    ['--a "b c" --d=\'e f\'', ['--a', 'b c', '--d=e f']],
    ['--path C:\\models --x', ['--path', 'C:\\models', '--x']],
    ['$(rm -rf /) ; `id` && $HOME', ['$(rm', '-rf', '/)', ';', '`id`', '&&', '$HOME']],
    ['--empty ""', ['--empty', '']],
    ['  ', []],
  ])('splits %j into argv without a shell', (extraArgumentsText, extraArguments) => {
    expect(complete({ name: 'A', extraArgumentsText }).extraArguments).toEqual(extraArguments);
  });

  it('cleans what is pasted', () => {
    expect(
      complete({
        name: ' A ',
        comfyuiFolder: ' "C:\\My Comfy" ',
        host: ' ',
        gpuDevice: ' ',
        folders: { output: ' /o\n' },
      }),
    ).toMatchObject({
      name: 'A',
      comfyuiFolder: 'C:\\My Comfy',
      host: '127.0.0.1',
      gpuDevice: 'auto',
      folders: { output: '/o' },
    });
  });

  it.each([
    [{ url: 'https://gpu.example.com/comfy/' }, ['https://gpu.example.com/comfy', 'gpu.example.com', 443]],
    [{ url: 'gpu-box:9000' }, ['http://gpu-box:9000', 'gpu-box', 9000]],
    [{ host: 'gpu-box', port: 9000 }, ['http://gpu-box:9000', 'gpu-box', 9000]],
    [{ host: '::1', port: 9000 }, ['http://[::1]:9000', '::1', 9000]],
    [{ url: 'http://[::1]:9000' }, ['http://[::1]:9000', '::1', 9000]],
    [{ url: 'nonsense ://', port: 9000 }, ['nonsense ://', '127.0.0.1', 9000]],
  ])('gives a remote instance one address: %j', (draft, [url, host, port]) => {
    expect(complete({ name: 'R', kind: 'remote', ...draft })).toMatchObject({ url, host, port });
  });

  it('follows a change of the port alone, and of the url', () => {
    const existing = configurationOf({ kind: 'remote', url: 'http://a:1', host: 'a', port: 1 });
    expect(complete({ port: 2 }, existing)).toMatchObject({ url: 'http://a:2', host: 'a', port: 2 });
    expect(complete({ url: 'http://b:3' }, existing)).toMatchObject({ url: 'http://b:3', host: 'b', port: 3 });
    expect(complete({ name: 'B' }, existing)).toMatchObject({ url: 'http://a:1', host: 'a', port: 1 });
  });

  it('forgets the url of what becomes local', () => {
    const existing = configurationOf({ kind: 'remote', url: 'http://a:1', host: 'a', port: 1 });
    expect(complete({ kind: 'local' }, existing).url).toBe('');
  });
});
