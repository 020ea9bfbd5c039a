import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchMaxJobs, batchSubmissionSchema } from '#contract/models/batch.ts';
import { jobViewSchema } from '#contract/models/job.ts';
import { batchJobTitle, planBatch } from './plan-batch.ts';

const prompt = {
  '3': { class_type: 'KSampler', inputs: { seed: 1, cfg: 7, model: ['4', 0], sampler_name: 'euler' } },
  '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'one.safetensors' } },
  '5': { class_type: 'KSampler', inputs: { seed: 1 } },
};
const seeds = { nodeId: '3', inputName: 'seed', values: [1, 2] };
const scales = { nodeId: '3', inputName: 'cfg', values: [5, 6, 7] };
const numbered = (length: number): number[] => Array.from({ length }, (_, index) => index);

const refusalOf = (parameters: Parameters<typeof planBatch>[0]['parameters']): unknown => {
  try {
    planBatch({ prompt, parameters });
    return null;
  } catch (error) {
    return error;
  }
};

describe('the plan of a batch', () => {
  it('has a job for each value of a list', () => {
    const plan = planBatch({ prompt, parameters: [scales] });
    expect(plan.total).toBe(3);
    expect(plan.parameters).toEqual([{ nodeId: '3', inputName: 'cfg', count: 3 }]);
    expect(numbered(3).map(plan.patchesAt)).toEqual([
      [{ nodeId: '3', inputName: 'cfg', value: 5 }],
      [{ nodeId: '3', inputName: 'cfg', value: 6 }],
      [{ nodeId: '3', inputName: 'cfg', value: 7 }],
    ]);
  });

  it('has a job for each pair of two lists, the last list changing fastest', () => {
    const plan = planBatch({ prompt, parameters: [seeds, scales] });
    expect(plan.total).toBe(6);
    expect(numbered(6).map((index) => plan.patchesAt(index).map(({ value }) => value))).toEqual([
      [1, 5],
      [1, 6],
      [1, 7],
      [2, 5],
      [2, 6],
      [2, 7],
    ]);
    expect(plan.patchesAt(0).map(({ inputName }) => inputName)).toEqual(['seed', 'cfg']);
  });

  it('takes values that count as nothing, and a value in the place of a link', () => {
    const values = ['', 0, false];
    const plan = planBatch({ prompt, parameters: [{ nodeId: '3', inputName: 'model', values }] });
    expect(numbered(3).map((index) => plan.patchesAt(index)[0]?.value)).toEqual(values);
  });

  it('makes every pair once', () => {
    const list = fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(list, list, (first, second) => {
        const plan = planBatch({
          prompt,
          parameters: [
            { ...seeds, values: first },
            { ...scales, values: second },
          ],
        });
        const made = numbered(plan.total).map((index) => plan.patchesAt(index).map(({ value }) => value));
        expect(made).toEqual(first.flatMap((one) => second.map((other) => [one, other])));
      }),
    );
  });

  it.each([
    ['nodeX', 'seed', { reason: 'node-unknown', nodeIds: ['3', '4', '5'] }],
    ['constructor', 'name', { reason: 'node-unknown', nodeIds: ['3', '4', '5'] }],
    ['4', 'seed', { reason: 'input-unknown', classType: 'CheckpointLoaderSimple', inputNames: ['ckpt_name'] }],
    ['4', 'toString', { reason: 'input-unknown', classType: 'CheckpointLoaderSimple', inputNames: ['ckpt_name'] }],
  ])('refuses a list for %s.%s and says what there is', (nodeId, inputName, details) => {
    expect(refusalOf([seeds, { nodeId, inputName, values: [1] }])).toMatchObject({
      code: 'BATCH_PARAMETER_INVALID',
      details: { nodeId, inputName, ...details },
    });
  });

  it('refuses two lists for one input', () => {
    expect(refusalOf([seeds, { ...seeds, values: [3] }])).toMatchObject({
      code: 'BATCH_PARAMETER_INVALID',
      details: { nodeId: '3', inputName: 'seed', reason: 'named-twice' },
    });
  });

  it('takes lists for the same input of two nodes, and for two inputs of one', () => {
    expect(refusalOf([seeds, { ...seeds, nodeId: '5' }])).toBeNull();
    expect(refusalOf([seeds, scales])).toBeNull();
  });

  it('takes as many jobs as a batch may have, and refuses one more', () => {
    expect(planBatch({ prompt, parameters: [{ ...seeds, values: numbered(batchMaxJobs) }] }).total).toBe(batchMaxJobs);
    expect(refusalOf([{ ...seeds, values: numbered(batchMaxJobs + 1) }])).toMatchObject({
      code: 'BATCH_TOO_LARGE',
      details: { count: 100_001, maxCount: 100_000 },
    });
  });

  it('refuses a grid of ten thousand millions before any of it is made', () => {
    const values = numbered(100_000);
    expect(
      refusalOf([
        { ...seeds, values },
        { ...scales, values },
      ]),
    ).toMatchObject({
      code: 'BATCH_TOO_LARGE',
      details: { count: 10_000_000_000 },
    });
  });

  it.each([
    ['no list', []],
    ['three lists', [seeds, scales, { ...scales, inputName: 'model' }]],
    ['an empty list', [{ ...seeds, values: [] }]],
    ['a list of objects', [{ ...seeds, values: [{}] }]],
  ])('is refused at the door with %s', (_name, parameters) => {
    expect(batchSubmissionSchema.safeParse({ prompt, parameters }).success).toBe(false);
    expect(batchSubmissionSchema.safeParse({ prompt, parameters: [seeds] }).success).toBe(true);
  });
});

describe('the title of a job of a batch', () => {
  it.each([
    ['a fox', 2, 24, 'a fox 3/24'],
    ['', 0, 2, '1/2'],
    ['x'.repeat(200), 99_999, 100_000, `${'x'.repeat(186)} 100000/100000`],
    [`${'x'.repeat(185)}🦊🦊`, 99_999, 100_000, `${'x'.repeat(185)} 100000/100000`],
  ])('of %j is never too long', (title, index, total, expected) => {
    const made = batchJobTitle(title, index, total);
    expect(made).toBe(expected);
    expect(jobViewSchema.shape.title.safeParse(made).success && made.length <= 200).toBe(true);
  });
});
