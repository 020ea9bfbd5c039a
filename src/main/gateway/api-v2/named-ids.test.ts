import { describe, expect, it } from 'vitest';
import { jobIdSchema } from '#contract/models/job.ts';
import { idOfKey, idOfOutput } from './named-ids.ts';

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
      idOfOutput(job, 0),
      idOfOutput(job, 1),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});
