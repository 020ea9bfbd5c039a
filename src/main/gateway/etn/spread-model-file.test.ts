import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { fakeCandidate } from '#core/jobs/fake-fleet.fixture.ts';
import type { ComfyReader } from '#core/ports/comfy-reader.ts';
import { onePerFolder } from './spread-model-file.ts';

async function* textOf(value: unknown): AsyncGenerator<Uint8Array> {
  yield Buffer.from(JSON.stringify(value));
}

/** Answers by instance: its folders, nothing (an older version), or not at all. */
const reader = (folders: Readonly<Record<string, unknown>>): Pick<ComfyReader, 'get'> => ({
  get: async ({ baseUrl }) => {
    const told = folders[baseUrl.slice('http://'.length)];
    if (told === 'dead') throw new StudioError('INSTANCE_UNREACHABLE');
    return { status: told === undefined ? 404 : 200, headers: {}, body: textOf(told ?? {}) };
  },
});

describe('who gets a model file', () => {
  it.each<[string, Readonly<Record<string, unknown>>, readonly string[]]>([
    ['one of those that share a folder', { a: { loras: ['/models'] }, b: { loras: ['/models', '/more'] } }, ['a']],
    ['each that has its own', { a: { loras: ['/one'] }, b: { loras: ['/two'] } }, ['a', 'b']],
    ['each that does not tell', { a: { loras: ['/one'] } }, ['a', 'b']],
    ['each that tells nothing of use', { a: { loras: 5 }, b: { loras: [] } }, ['a', 'b']],
    ['one that did not answer in time as well', { a: 'dead', b: { loras: ['/one'] } }, ['a', 'b']],
  ])('%s', async (_name, folders, expected) => {
    const found = await onePerFolder(reader(folders), [fakeCandidate('a'), fakeCandidate('b')], 'loras');
    expect(found.map(({ instanceId }) => instanceId)).toEqual(expected);
  });

  it('each of two machines, whose folders have the same name', async () => {
    const same = { loras: ['/models'] };
    const instances = [fakeCandidate('a'), fakeCandidate('b', { hostId: 'other' })];
    expect(await onePerFolder(reader({ a: same, b: same }), instances, 'loras')).toHaveLength(2);
  });
});
