import { describe, expect, it } from 'vitest';
import type { EffectFacts, JournalEntry } from '#core/ports/migration-journal.ts';
import { canGoOn, canUndo, stateOf } from '../journal/journal-state.ts';
import { runView } from '../journal/run-view.ts';
import { nextUndo } from '../undo/next-undo.ts';
import { effectsOf } from './effects.ts';
import { nextEffect } from './next-effect.ts';
import { begunWith, folder, plannedInstance, planWith, site } from './plan.fixture.ts';

const none: EffectFacts = { kind: 'none' };
const begun = begunWith(planWith([plannedInstance('legacy'), plannedInstance('two')], { takeOverPort: true }));
const effects = effectsOf(begun.plan, site);
const ids = effects.map(({ id }) => id);

const intent = (effectId: string): JournalEntry => ({ type: 'intent', at: 1, effectId, facts: none });
const done = (effectId: string): JournalEntry => ({ type: 'done', at: 1, effectId, outcome: 'done', remarks: [] });
const takenBack = (effectId: string): JournalEntry => ({ type: 'taken-back', at: 1, effectId, remarks: [] });
const failed = (effectId: string): JournalEntry => ({
  type: 'failed',
  at: 5,
  effectId,
  error: { code: 'STORE_WRITE_FAILED', details: {} },
});

/** The journal of a run that meets nothing unexpected, line by line. */
const wholeRun: readonly JournalEntry[] = [begun, ...ids.flatMap((id) => [intent(id), done(id)])];

describe('the effects of a plan', () => {
  it('are in an order in which each stands on those before', () => {
    expect(ids).toEqual([
      'check',
      'backup',
      'folder:/data/instances/legacy',
      'folder:/data/instances/two',
      'copy:0',
      'copy:1',
      'folder:/data/instances/legacy/output',
      'folder:/data/instances/two/output',
      'create:legacy',
      'create:two',
      'activate',
      'take-over',
      'start:legacy',
      'start:two',
      'verify:legacy',
      'verify:two',
    ]);
  });

  it.each<[string, Parameters<typeof planWith>, readonly string[]]>([
    [
      'nothing is started',
      [[plannedInstance('legacy', { folders: [] })], { startAfterwards: false, makeActive: false }],
      ['check', 'backup', 'folder:/data/instances/legacy', 'create:legacy'],
    ],
    [
      'a remote one has no folders and is only looked at',
      [
        [
          plannedInstance('far', {
            draft: { id: 'far', name: 'Far', kind: 'remote', url: 'http://far:8188' },
            folders: [],
          }),
        ],
      ],
      ['check', 'backup', 'create:far', 'verify:far'],
    ],
    [
      'a disabled one is not started',
      [[plannedInstance('off', { draft: { id: 'off', name: 'Off', enabled: false }, folders: [] })]],
      ['check', 'backup', 'folder:/data/instances/off', 'create:off'],
    ],
    [
      'a shared place is made once, above what is copied into it',
      [
        [
          plannedInstance('a', { folders: [folder('copied', 'input', '/old/input', '/data/shared/input')] }),
          plannedInstance('b', { folders: [folder('copied', 'input', '/old/input', '/data/shared/input')] }),
        ],
        { startAfterwards: false },
      ],
      [
        'check',
        'backup',
        'folder:/data/instances/a',
        'folder:/data/instances/b',
        'folder:/data/shared',
        'copy:0',
        'create:a',
        'create:b',
      ],
    ],
  ])('%s', (_name, plan, expected) => {
    expect(effectsOf(planWith(...plan), site).map(({ id }) => id)).toEqual(expected);
  });
});

describe('a journal that ends anywhere', () => {
  it.each(wholeRun.map((_, index) => index + 1))(
    'goes on after %i lines with what is not known to be done',
    (length) => {
      const state = stateOf(wholeRun.slice(0, length));
      const isInDoubt = length > 1 && length % 2 === 0;
      const next = nextEffect(effects, state);
      const wanted = effects[Math.floor((length - 1) / 2)];
      if (wanted === undefined) expect(next).toEqual({ kind: 'finish' });
      else expect(next).toEqual({ kind: 'perform', effect: wanted, facts: isInDoubt ? none : null });
    },
  );

  it.each(wholeRun.map((_, index) => index + 1))('is taken back after %i lines, the last effect first', (length) => {
    const entries: JournalEntry[] = [...wholeRun.slice(0, length), { type: 'undo-begun', at: 2 }];
    const order: string[] = [];
    const doubtful: string[] = [];
    for (;;) {
      const next = nextUndo(effects, stateOf(entries));
      if (next.kind === 'finish') break;
      order.push(next.effect.id);
      if (!next.certain) doubtful.push(next.effect.id);
      entries.push(takenBack(next.effect.id));
    }
    const begunIds = ids.slice(0, Math.floor(length / 2));
    expect(order).toEqual(begunIds.toReversed());
    expect(doubtful).toEqual(length % 2 === 0 ? begunIds.slice(-1) : []);
  });
});

describe('the state of a run', () => {
  const one = ids[0] ?? '';
  const undo: JournalEntry = { type: 'undo-begun', at: 6 };
  it.each<[string, readonly JournalEntry[], string, { goOn: boolean; undo: boolean }]>([
    ['is applying', [begun], 'applying', { goOn: false, undo: false }],
    ['is interrupted', [begun, intent(one), { type: 'interrupted', at: 2 }], 'interrupted', { goOn: true, undo: true }],
    ['has failed', [begun, intent(one), failed(one)], 'failed', { goOn: true, undo: true }],
    ['goes on', [begun, failed(one), { type: 'resumed', at: 7 }], 'applying', { goOn: false, undo: false }],
    ['is applied', [...wholeRun, { type: 'finished', at: 9 }], 'applied', { goOn: false, undo: true }],
    ['is taken back', [...wholeRun, undo], 'undoing', { goOn: false, undo: false }],
    [
      'was cut off while it was taken back, and only goes back',
      [...wholeRun, undo, { type: 'interrupted', at: 8 }],
      'interrupted',
      { goOn: false, undo: true },
    ],
    [
      'could not be taken back yet',
      [...wholeRun, undo, { type: 'undo-failed', at: 8, error: { code: 'STORE_WRITE_FAILED', details: {} } }],
      'undo-failed',
      { goOn: false, undo: true },
    ],
    ['is undone', [...wholeRun, undo, { type: 'undone', at: 9 }], 'undone', { goOn: false, undo: false }],
  ])('%s', (_name, entries, expected, can) => {
    const state = stateOf(entries);
    expect(state.state).toBe(expected);
    expect({ goOn: canGoOn(state), undo: canUndo(state) }).toEqual(can);
  });

  it('keeps what was there before the first try', () => {
    const before: EffectFacts = { kind: 'folders', missing: ['/data/x'], aside: null };
    const entries: JournalEntry[] = [
      begun,
      ...['check', 'backup'].flatMap((id) => [intent(id), done(id)]),
      { type: 'intent', at: 1, effectId: ids[2] ?? '', facts: before },
      failed(ids[2] ?? ''),
      { type: 'resumed', at: 3 },
    ];
    expect(nextEffect(effects, stateOf(entries))).toMatchObject({ kind: 'perform', facts: before });
  });
});

describe('what a screen is told', () => {
  it('counts bytes of copies, instances of the rest', () => {
    const length = 1 + 2 * ids.indexOf('copy:1') + 1;
    const state = stateOf(wholeRun.slice(0, length));
    const view = runView(begun, effects, state, { effectId: 'copy:1', bytes: 40 });
    expect(view.steps.map(({ step, outcome, done: count, total }) => [step, outcome, count, total])).toEqual([
      ['check', 'done', 1, 1],
      ['backup', 'done', 1, 1],
      ['copy', 'running', 140, 200],
      ['create', 'waiting', 0, 2],
      ['activate', 'waiting', 0, 1],
      ['take-over', 'waiting', 0, 1],
      ['start', 'waiting', 0, 2],
      ['verify', 'waiting', 0, 2],
    ]);
    expect(view).toMatchObject({ state: 'applying', instanceIds: ['legacy', 'two'], error: null, canUndo: false });
  });

  it('names the step that failed, and leaves out what nobody asked for', () => {
    const plan = planWith([plannedInstance('legacy', { folders: [] })], { startAfterwards: false, makeActive: false });
    const own = effectsOf(plan, site);
    const state = stateOf([begun, intent('check'), failed('check')]);
    const { steps, error } = runView(begunWith(plan), own, state, null);
    expect(error).toEqual({ code: 'STORE_WRITE_FAILED', details: {} });
    expect(steps.map(({ outcome }) => outcome)).toEqual([
      'failed',
      'waiting',
      'waiting',
      'waiting',
      'skipped',
      'skipped',
      'skipped',
      'skipped',
    ]);
  });
});
