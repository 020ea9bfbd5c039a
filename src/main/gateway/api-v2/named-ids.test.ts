import { describe, expect, it } from 'vitest';
import { jobIdSchema } from '#contract/models/job.ts';
import { idempotencyKeyOf, idOfKey, idOfOutput, outputOfId } from './named-ids.ts';

describe('an id that follows from a name', () => {
  it('is a canonical UUID, the same each time', () => {
    const id = idOfKey('job', 'my key');
    expect(jobIdSchema.safeParse(id).success).toBe(true);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
    expect(idOfKey('job', 'my key')).toBe(id);
  });

  it('is another one for anything else', () => {
    const job = '00000000-0000-4000-8000-000000000001';
    const ids = [
      idOfKey('job', 'k'),
      idOfKey('asset', 'k'),
      idOfKey('job', 'k2'),
      idOfOutput({ jobId: job, index: 0 }),
      idOfOutput({ jobId: job, index: 1 }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('of a result tells whose it is', () => {
    const place = { jobId: '00000000-0000-4000-8000-000000000001', index: 12 };
    expect(outputOfId(idOfOutput(place))).toEqual(place);
    const { jobId } = place;
    for (const id of [
      jobId,
      `${jobId}-`,
      `${jobId}-01`,
      `${jobId}--1`,
      `${jobId}-1x`,
      `x${jobId}-1`,
      `${jobId}-1\n`,
      '',
    ])
      expect(outputOfId(id), id).toBeNull();
  });

  it('takes a key only where there is one', () => {
    expect(
      [{ 'idempotency-key': 'k' }, { 'idempotency-key': '' }, {}].map((headers) => idempotencyKeyOf({ headers })),
    ).toEqual(['k', null, null]);
  });
});
