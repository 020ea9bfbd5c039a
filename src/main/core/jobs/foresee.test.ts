import { describe, expect, it } from 'vitest';
import type { Prompt } from '#contract/models/workflow.ts';
import type { JobNeeds, MissingParts } from '#core/scheduling/scheduler-interface.ts';
import { instance, job, moment, nothingMissing, scheduler, shape } from '#core/scheduling/scheduling.fixture.ts';
import { createForesee } from './foresee.ts';

const prompt: Prompt = { '1': { class_type: 'LoadImage', inputs: { image: 'mine.png' } } };
const wish = { prompt, instanceId: null, priority: 0, inputs: [] };

/** Two instances; b lacks a model, c has told nothing. */
const world = (lacks: (instanceId: string, needs: JobNeeds) => MissingParts = () => nothingMissing) => {
  const one = scheduler({ missing: (instanceId) => lacks(instanceId, { key: '', classTypes: [], combos: [] }) });
  const at = moment([instance('a'), instance('b'), instance('c', { status: 'stopped', health: null })]);
  const combos = [{ classType: 'LoadImage', inputName: 'image', value: 'mine.png' }];
  const foresee = createForesee({
    scheduler: one,
    catalogs: { missingParts: (instanceId, needs) => lacks(instanceId, needs), isKnown: (id) => id !== 'c' },
    readWork: () => ({ shape: shape(), needs: { key: 'k', classTypes: ['LoadImage'], combos } }),
    moment: () => at,
    now: () => 0,
  });
  return { one, foresee, at };
};

const lacking = (what: Partial<MissingParts>): MissingParts => ({ ...nothingMissing, ...what });

describe('foresee', () => {
  it('says of each instance what it lacks, and of those that lack nothing how long they take', () => {
    const value = { classType: 'Loader', inputName: 'ckpt_name', value: 'xl.safetensors' };
    const { foresee } = world((id) =>
      id === 'b' ? lacking({ combos: [value], classTypes: ['Faces'] }) : nothingMissing,
    );
    const { instances, waiting } = foresee(wish);
    expect(instances).toMatchObject([
      { instanceId: 'a', isKnown: true, canRun: true, missingClasses: [], missingValues: [], rejection: null },
      { instanceId: 'b', canRun: false, missingClasses: ['Faces'], missingValues: [value] },
      { instanceId: 'c', isKnown: false, canRun: false, rejection: 'not-running' },
    ]);
    expect(instances[0]?.score).toMatchObject({ instanceId: 'a', waitMs: 0 });
    expect(instances[1]?.score).toBeNull();
    expect(waiting).not.toBe('none-able');
  });

  it('leaves no trace in the queue, nor in what it teaches', () => {
    const { one, foresee, at } = world();
    one.add(job('real'));
    const before = [one.waiting(), one.explain('real', at), one.learned()];
    expect(foresee(wish).queuedBefore).toBe(1);
    expect([one.waiting(), one.explain('real', at), one.learned()]).toEqual(before);
  });

  it('leaves no trace where asking fails either', () => {
    const { one } = world();
    const foresee = createForesee({
      scheduler: {
        ...one,
        size: 0,
        explain: () => {
          throw new Error('fault');
        },
      },
      catalogs: { missingParts: () => nothingMissing, isKnown: () => true },
      readWork: () => ({ shape: shape(), needs: { key: 'k', classTypes: [], combos: [] } }),
      moment: () => moment([instance('a')]),
      now: () => 0,
    });
    expect(() => foresee(wish)).toThrow('fault');
    expect(one.waiting()).toEqual([]);
  });

  it('asks for no file that comes with the job', () => {
    const asked: JobNeeds[] = [];
    const { foresee } = world((_id, needs) => {
      if (needs.classTypes.length > 0) asked.push(needs);
      return nothingMissing;
    });
    foresee(wish);
    foresee({ ...wish, inputs: ['mine.png'] });
    expect(asked.at(0)?.combos).toHaveLength(1);
    expect(asked.at(-1)?.combos).toEqual([]);
  });

  it('keeps to the instance that was chosen', () => {
    const { foresee } = world();
    const { instances } = foresee({ ...wish, instanceId: 'b' });
    expect(instances.map(({ rejection }) => rejection)).toEqual(['not-the-chosen-one', null, 'not-the-chosen-one']);
  });
});
