import { describe, expect, it } from 'vitest';
import { createJobParts } from './job-parts.ts';
import { local, prompt, setUp } from './jobs-world.fixture.ts';
import { createLoadingCache } from './loading-cache.ts';
import { patchPrompt } from './patched-prompt.ts';
import { createRecordWork } from './record-work.ts';

describe('what is dear to hold', () => {
  it('is kept while there is room, the latest used longest, and read again else', () => {
    const loads: string[] = [];
    const cache = createLoadingCache<string>(
      10,
      (value) => value.length,
      (key) => {
        loads.push(key);
        return key === 'gone' ? null : key.repeat(4);
      },
    );
    cache.put('a', 'aaaa');
    cache.put('b', 'bbbb');
    expect([cache.get('a'), cache.get('c'), cache.get('a'), cache.get('b')]).toEqual(['aaaa', 'cccc', 'aaaa', 'bbbb']);
    expect(loads).toEqual(['c', 'b']);
    expect(cache.get('gone')).toBeNull();
    cache.put('huge', 'x'.repeat(11));
    expect(cache.get('a')).toBe('aaaa');
  });

  it('is not driven out by jobs that are only looked at', async () => {
    const set = setUp([local('a', { status: 'paused' })]);
    const row = set.store.read(await set.submit());
    if (row === null) throw new Error('no row');
    const [huge, other] = ['x', 'y'].map((letter) => ({
      '1': { class_type: 'SaveImage', inputs: { text: letter.repeat(40 * 1024 ** 2) } },
    }));
    const loads: string[] = [];
    const graphs = { kept: huge, old: other };
    const store = {
      read: () => null,
      graph: (key: string) => {
        loads.push(key);
        return (key === 'kept' ? graphs.kept : graphs.old) ?? null;
      },
    };
    const { parts, passingRecordOf } = createJobParts(store, () => true);
    expect(parts.prompt('kept', [])).toEqual(huge);
    const old = passingRecordOf({ ...row, graphKey: 'old' });
    expect(old.order.prompt).toEqual(other);
    expect(old.order.outputNodeIds).toEqual(['1']);
    expect(passingRecordOf({ ...row, graphKey: 'kept' }).order.prompt).toEqual(huge);
    expect(parts.prompt('kept', [])).toEqual(huge);
    expect(loads).toEqual(['kept', 'old']);
  });

  it('the graph and the extra data of a job come from disk when they are needed', async () => {
    const set = setUp([local('a', { status: 'paused' })]);
    const extraData = { extra_pnginfo: { workflow: 'w'.repeat(5000) } };
    const id = await set.submit({ extraData });
    const record = set.jobs.record(id);
    expect(record?.order.extraData).toEqual(extraData);
    expect(record?.order.prompt).toEqual(prompt);
    expect(record?.order.outputNodeIds).toEqual(['3']);
    set.fleet.change('a', { status: 'running' });
    await set.clock.advance(0);
    expect(set.a.submissions[0]).toMatchObject({ prompt, extraData });
    expect(set.store.read(id)?.order.extraData).toEqual(extraData);
  });
});

describe('a graph of a batch', () => {
  it('differs in its own values only', () => {
    const patched = patchPrompt(prompt, [
      { nodeId: '1', inputName: 'width', value: 16 },
      { nodeId: 'nobody', inputName: 'x', value: 1 },
      { nodeId: '__proto__', inputName: 'x', value: 1 },
    ]);
    expect(patched).toEqual({ ...prompt, '1': { class_type: 'EmptyImage', inputs: { width: 16 } } });
    expect(patched['2']).toBe(prompt['2']);
    expect(prompt['1']?.inputs).toEqual({ width: 8 });
  });

  it('is read once for all seeds, and for each value that matters', async () => {
    const read: unknown[] = [];
    const work = createRecordWork((graph) => {
      read.push(graph['1']?.inputs);
      const shape = { loaders: [], loaderKey: '', fingerprint: '', family: '', work: 1 };
      return { shape, needs: { key: '', classTypes: [], combos: [] } };
    });
    const set = setUp([local('a', { status: 'paused' })]);
    const order = set.jobs.record(await set.submit())?.order;
    if (order === undefined) throw new Error('no job');
    for (const [inputName, value] of [
      ['seed', 1],
      ['seed', 2],
      ['width', 1],
      ['width', 2],
      ['width', 2],
    ] as const) {
      const patches = [{ nodeId: '1', inputName, value }];
      work({ order: { ...order, graphKey: 'g', patches, prompt: patchPrompt(prompt, patches) } });
    }
    expect(read).toEqual([{ width: 8, seed: 1 }, { width: 1 }, { width: 2 }]);
  });
});
