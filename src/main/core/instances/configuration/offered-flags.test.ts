import { describe, expect, it } from 'vitest';
import { createDraftDesk } from './draft-desk.ts';
import { createFakeMachine, draftOf, helpText } from './fake-machine.fixture.ts';
import { parseFlagKnowledge } from './flag-knowledge.ts';
import { createLaunchPlanner } from './launch-planner.ts';
import { offeredFlags } from './offered-flags.ts';

const offered = () => {
  const knowledge = parseFlagKnowledge(helpText);
  if (knowledge === null) throw new Error('the help text must parse');
  return new Map(offeredFlags(knowledge).map((flag) => [flag.flag, flag]));
};

describe('the flags that an install offers', () => {
  it.each([
    ['--port', { kind: 'field', field: 'port' }],
    ['--listen', { kind: 'field', field: 'host' }],
    ['--output-directory', { kind: 'field', field: 'folders.output' }],
    ['--cuda-device', { kind: 'field', field: 'gpuDevice' }],
    ['--cpu', { kind: 'field', field: 'gpuDevice' }],
    ['--database-url', { kind: 'studio' }],
    ['--disable-auto-launch', { kind: 'studio' }],
    ['--quick-test-for-ci', { kind: 'nobody' }],
    ['--tls-keyfile', { kind: 'nobody' }],
    ['--lowvram', null],
    ['--reserve-vram', null],
  ])('say who sets %s', (name, setBy) => {
    expect(offered().get(name)?.setBy).toEqual(setBy);
  });

  it('come with what the help says, also where it goes on in the next line', () => {
    expect(offered().get('--port')).toMatchObject({
      help: 'Port to listen on.',
      takesValue: 'one',
      valueName: 'PORT',
    });
    const wrapped = parseFlagKnowledge(
      'usage: main.py [--reserve-vram RESERVE_VRAM]\n\noptions:\n  --reserve-vram RESERVE_VRAM\n' +
        '                        Memory left to\n                        the system.\n',
    );
    expect(wrapped?.explanations.get('--reserve-vram')).toBe('Memory left to the system.');
  });

  it('name their choices and what they cannot be combined with', () => {
    expect(offered().get('--preview-method')?.choices).toEqual(['none', 'auto', 'latent2rgb', 'taesd']);
    expect(offered().get('--lowvram')?.excludes).toEqual(['--gpu-only', '--highvram', '--novram', '--cpu']);
  });

  it('leave out the short ones', () => {
    expect([...offered().keys()].filter((name) => !name.startsWith('--'))).toEqual([]);
  });
});

const unused = (): never => {
  throw new Error('the desk must not call this');
};

const deskOf = (world: Parameters<typeof createFakeMachine>[0] = {}) => {
  const { machine, inspector } = createFakeMachine(world);
  return createDraftDesk({
    machine: {
      ...machine,
      client: {
        systemStats: unused,
        queueRemaining: unused,
        nodeClasses: unused,
        queue: unused,
        submit: unused,
        history: unused,
        cancel: unused,
        free: unused,
        uploadInput: unused,
        putImage: unused,
        view: unused,
        openSocket: unused,
      },
    },
    planner: createLaunchPlanner({
      files: inspector,
      writer: { write: unused },
      gpus: machine.gpus,
      flags: machine.flags,
      site: machine.site,
      cacheMemory: async () => null,
    }),
    secrets: { get: unused, set: unused, remove: unused },
    makeId: () => 'abcdef',
    splitArguments: (text) => text.split(' '),
    fleet: () => [],
    isRunning: () => false,
  });
};

describe('asking for the flags of a draft', () => {
  it('answers those of its own ComfyUI', async () => {
    const answer = await deskOf().flags(draftOf({ comfyuiFolder: '/comfy' }), null);
    expect(answer.state).toBe('known');
    expect(answer.flags.length).toBeGreaterThan(20);
  });

  it('says why it knows none', async () => {
    expect(await deskOf().flags(draftOf({ comfyuiFolder: '/nowhere' }), null)).toEqual({
      state: 'no-install',
      flags: [],
    });
    expect(await deskOf().flags(draftOf({ kind: 'remote', url: 'http://box' }), null)).toEqual({
      state: 'remote',
      flags: [],
    });
  });
});
