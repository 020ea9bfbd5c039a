import { describe, expect, it } from 'vitest';
import { createFakeMachine, type FakeWorld, type Hanging } from './fake-machine.fixture.ts';

const program = { command: '/comfy/venv/bin/python', arguments: ['main.py'], workingFolder: '/comfy', environment: {} };
const scene = (world?: FakeWorld, hanging: readonly Hanging[] = []) => createFakeMachine(world, hanging);

describe('learning flags', () => {
  it('asks the program for its help, without a shell', async () => {
    const { machine, commands } = scene();
    const knowledge = await machine.flags.learn(program, { maxAgeMs: 0 });
    expect(knowledge?.flags.has('--lowvram')).toBe(true);
    expect(commands).toEqual([['/comfy/venv/bin/python', 'main.py', '--help']]);
  });

  it('remembers as long as the caller allows, and asks again after that', async () => {
    const { machine, commands, clock } = scene();
    await machine.flags.learn(program, { maxAgeMs: 1000 });
    await clock.advance(1000);
    await machine.flags.learn(program, { maxAgeMs: 1000 });
    expect(commands).toHaveLength(1);
    await clock.advance(1);
    await machine.flags.learn(program, { maxAgeMs: 1000 });
    expect(commands).toHaveLength(2);
  });

  it('shares one run among those who ask at once, but not among programs', async () => {
    const { machine, commands } = scene();
    await Promise.all([1, 2, 3].map(() => machine.flags.learn(program, { maxAgeMs: 1000 })));
    expect(commands).toHaveLength(1);
    await machine.flags.learn({ ...program, workingFolder: '/other' }, { maxAgeMs: 1000 });
    expect(commands).toHaveLength(2);
  });

  it.each([
    ['the help fails', { help: null }, program],
    ['the help is none', { help: 'hello' }, program],
    ['the program is missing', {}, { ...program, command: '/nowhere/python' }],
  ])('knows nothing when %s, and does not remember that', async (_, world, asked) => {
    const { machine, commands } = scene(world);
    expect(await machine.flags.learn(asked, { maxAgeMs: 1000 })).toBeNull();
    expect(await machine.flags.learn(asked, { maxAgeMs: 1000 })).toBeNull();
    expect(commands).toHaveLength(2);
  });
});
