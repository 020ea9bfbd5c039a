import { describe, expect, it } from 'vitest';
import { type ErrorCode, StudioError } from '#contract/errors.ts';
import { readJobPage } from './feeds/job-rows.ts';
import { createWorld, local, openWorld } from './jobs-world.fixture.ts';

const unreadable = (cause: Error | null) => (): never => {
  throw new StudioError('STORE_READ_FAILED', undefined, { cause });
};

describe('a store that cannot be read', () => {
  it.each<[string, Error | null, ErrorCode]>([
    ['is damaged', new StudioError('STORE_CORRUPT'), 'STORE_CORRUPT'],
    ['is of a newer version', new StudioError('STORE_NEWER_VERSION'), 'STORE_NEWER_VERSION'],
    ['may be read later', new StudioError('STORE_WRITE_FAILED'), 'STORE_READ_FAILED'],
    ['fails for a reason of its own', new Error('EIO'), 'STORE_READ_FAILED'],
    ['does not say why', null, 'STORE_READ_FAILED'],
  ])('says so where it %s', async (_name, cause, code) => {
    const world = createWorld([local('a')]);
    const fails = unreadable(cause);
    Object.assign(world.store, { read: fails, batch: fails, events: fails });
    const { jobs, submit } = openWorld(world);
    const id = await submit();
    expect(() => jobs.get('another')).toThrow(expect.objectContaining({ code }));
    expect(() => jobs.events(id)).toThrow(expect.objectContaining({ code }));
    await expect(jobs.retry({ batchId: 'any' })).rejects.toMatchObject({ code });
    const page = { jobs: { view: () => undefined }, store: { page: fails } };
    expect(() => readJobPage(page, { offset: 0, limit: 10 })).toThrow(expect.objectContaining({ code }));
  });
});
