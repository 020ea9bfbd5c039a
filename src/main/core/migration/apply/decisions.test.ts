import { describe, expect, it } from 'vitest';
import { missingModels, modelOfPath } from '../verify/model-names.ts';
import { type CheckFacts, checkPlan, type TargetFacts } from './check-plan.ts';
import { decideTakeOver } from './port-effects.ts';

const gigabyte = 1024 ** 3;

const target = (changes: Partial<TargetFacts> = {}): TargetFacts => {
  const path = changes.path ?? '/data/instances/a/user';
  return {
    path,
    realPath: changes.realPath ?? path,
    place: 'missing',
    isWritable: true,
    source: { path: '/old/user', realPath: '/old/user', place: 'folder', bytes: gigabyte },
    disk: '1',
    freeBytes: 100 * gigabyte,
    ...changes,
  };
};

const check = (changes: Partial<CheckFacts>): readonly string[] =>
  checkPlan({
    targets: [],
    oldPlaces: ['/old', '/old/user'],
    separator: '/',
    takenInstanceIds: [],
    invalidInstances: [],
    ...changes,
  }).map(({ code }) => code);

describe('the check before anything is done', () => {
  it.each<[string, Partial<CheckFacts>, readonly string[]]>([
    ['finds nothing wrong', { targets: [target()] }, []],
    ['an empty folder may be filled', { targets: [target({ place: 'empty-folder' })] }, []],
    ['a filled folder is not mixed with a copy', { targets: [target({ place: 'folder' })] }, ['target-taken']],
    ['nor is a file replaced', { targets: [target({ place: 'other' })] }, ['target-taken']],
    ['a folder that is only used may be filled', { targets: [target({ source: null, place: 'folder' })] }, []],
    [
      'a source that is gone',
      { targets: [target({ source: { path: '/old/user', realPath: '/old/user', place: 'missing', bytes: 0 } })] },
      ['source-gone'],
    ],
    ['the old place is not written to', { targets: [target({ path: '/old/copies' })] }, ['target-in-old-place']],
    [
      'not through a link either',
      { targets: [target({ path: '/data/instances/a/user', realPath: '/old/user/copy' })] },
      ['target-in-old-place'],
    ],
    ['nor is a folder made in it', { targets: [target({ path: '/old/new', source: null })] }, ['target-in-old-place']],
    [
      'a copy is not put around its own source',
      { targets: [target({ path: '/x' })], oldPlaces: ['/x/old'] },
      ['target-in-old-place'],
    ],
    ['a name that begins alike is another place', { targets: [target({ path: '/older/user' })] }, []],
    ['a folder that may not be written to', { targets: [target({ isWritable: false })] }, ['not-writable']],
    ['a full disk', { targets: [target({ freeBytes: gigabyte })] }, ['no-space']],
    [
      'two copies that fit alone and not together',
      {
        targets: [
          target({ freeBytes: 2 * gigabyte }),
          target({ path: '/data/instances/b/user', freeBytes: 2 * gigabyte }),
        ],
      },
      ['no-space'],
    ],
    [
      'two copies on two disks',
      {
        targets: [
          target({ freeBytes: 2 * gigabyte }),
          target({ path: '/other/user', disk: '2', freeBytes: 2 * gigabyte }),
        ],
      },
      [],
    ],
    ['a disk that does not tell', { targets: [target({ disk: null, freeBytes: null })] }, []],
    [
      'two copies into one place',
      { targets: [target(), target({ path: '/link', realPath: '/data/instances/a/user' })] },
      ['target-twice'],
    ],
    ['an id that somebody has', { takenInstanceIds: ['a'] }, ['instance-id-taken']],
    ['an instance that cannot be', { invalidInstances: [{ instanceId: 'a', details: {} }] }, ['instance-invalid']],
  ])('%s', (_name, facts, codes) => {
    expect(check(facts)).toEqual(codes);
  });
});

describe('the port of the ComfyUI that was there', () => {
  const server = { kind: 'comfyui', version: '0.33.0', queueRemaining: 0, pid: 42, importable: true } as const;
  const instance = { kind: 'instance', instanceId: 'x', name: 'X', runningJobs: 0 } as const;
  it.each([
    ['is the gateway already', { kind: 'gateway' } as const, {}, { kind: 'nothing-to-do' }],
    ['is free', { kind: 'free' } as const, {}, { kind: 'move', takeOver: false, standIn: null }],
    ['is an instance that idles', instance, {}, { kind: 'move', takeOver: true, standIn: null }],
    ['is an instance that works', { ...instance, runningJobs: 1 }, {}, { kind: 'leave', reason: 'has-work' }],
    [
      'is the old server, which its instance replaces',
      server,
      { far: 'http://gpu-box:9000', legacy: 'http://127.0.0.1:8188' },
      { kind: 'move', takeOver: true, standIn: 'legacy' },
    ],
    [
      'is the old server and works',
      { ...server, queueRemaining: 1 },
      { legacy: 'http://127.0.0.1:8188' },
      { kind: 'leave', reason: 'has-work' },
    ],
    ['is a server that nobody asked to migrate', server, {}, { kind: 'leave', reason: 'other-comfyui' }],
    [
      'is another server than the one of the plan',
      server,
      { legacy: 'http://127.0.0.1:8000' },
      { kind: 'leave', reason: 'other-comfyui' },
    ],
    [
      'is another program',
      { kind: 'other', pid: 1, name: 'nginx' } as const,
      {},
      { kind: 'leave', reason: 'other-program' },
    ],
  ])('%s', (_name, finding, oldServers: Readonly<Record<string, string>>, expected) => {
    expect(decideTakeOver(finding, 8188, oldServers)).toEqual(expected);
  });
});

describe('models before and after', () => {
  const listed = (kind: string, name: string) => ({ kind, name });
  it.each<[string, readonly string[], readonly (readonly [string, string])[], readonly string[]]>([
    ['are all there', ['checkpoints/a.safetensors'], [['checkpoints', 'a.safetensors']], []],
    ['may have a newer name for their kind', ['clip/t5.safetensors'], [['text_encoders', 't5.safetensors']], []],
    ['are found below a folder', ['loras/style/a.safetensors'], [['loras', 'style/a.safetensors']], []],
    [
      'are found with the separators of Windows',
      ['loras\\style\\a.safetensors'],
      [['loras', 'style\\a.safetensors']],
      [],
    ],
    ['lie in a folder that is of one kind', ['anime/a.safetensors'], [['checkpoints', 'anime/a.safetensors']], []],
    ['lie without a folder', ['a.ckpt'], [['checkpoints', 'a.ckpt']], []],
    [
      'of one name in two folders are two',
      ['loras/x/a.safetensors', 'loras/y/a.safetensors'],
      [['loras', 'x/a.safetensors']],
      ['loras/y/a.safetensors'],
    ],
    ['are gone', ['vae/b.pt', 'vae/c.pt'], [['vae', 'c.pt']], ['vae/b.pt']],
  ])('%s', (_name, before, after, missing) => {
    expect(
      missingModels(
        before.map(modelOfPath),
        after.map(([kind, name]) => listed(kind, name)),
      ),
    ).toEqual(missing);
  });
});
