import { describe, expect, it } from 'vitest';
import { loadRecording } from '#sandbox/conformance/recording.ts';
import type { JsonBody } from '../exchange.ts';
import { isTruthy, removalOf } from './asked-body.ts';
import { isOfCaller } from './callers-jobs.ts';
import { interruptTarget } from './command-routes.ts';
import { cancelledIds } from './job-routes.ts';
import { jobRecord, objectIn } from './record.fixture.ts';

const json = (value: unknown): JsonBody => ({ kind: 'json', value });
const caller = { clientId: null, key: 'here program' };
const mine = jobRecord('mine', { order: { caller: 'here program' }, view: { clientId: 'c1' } });
const theirs = jobRecord('theirs', { order: { caller: 'there program' }, view: { clientId: 'c2' } });
const ours = jobRecord('studio');

describe('a job of the caller', () => {
  it.each([
    [caller, [true, false, false]],
    [{ clientId: 'c2', key: 'here program' }, [false, true, false]],
    [{ clientId: 'c3', key: 'here program' }, [false, false, false]],
    [{ clientId: null, key: 'other' }, [false, false, false]],
  ])('%j', (who, expected) => {
    expect([mine, theirs, ours].map((record) => isOfCaller(who, record))).toEqual(expected);
  });
});

describe('what is to be removed', () => {
  it.each<[string, JsonBody, { clear: boolean; ids: unknown[] } | null]>([
    ['nothing', json({}), { clear: false, ids: [] }],
    ['all', json({ clear: true }), { clear: true, ids: [] }],
    ['what Python counts as true', json({ clear: 'no' }), { clear: true, ids: [] }],
    ['what Python counts as false', json({ clear: [] }), { clear: false, ids: [] }],
    ['some', json({ delete: ['a', 'b', 3] }), { clear: false, ids: ['a', 'b', 3] }],
    ['letters', json({ delete: 'abc' }), { clear: false, ids: [] }],
    ['both', json({ clear: true, delete: ['a'] }), { clear: true, ids: ['a'] }],
    ['a list, in which nothing is found', json(['clear']), { clear: false, ids: [] }],
    ['a text, in which nothing is found', json('clear'), { clear: false, ids: [] }],
    ['no list of ids', json({ delete: 3 }), null],
    ['null instead of a list', json({ delete: null }), null],
    ['a number', json(3), null],
    ['null', json(null), null],
    ['no JSON', { kind: 'broken' }, null],
    ['no body', { kind: 'empty' }, null],
  ])('%s', (_name, body, expected) => {
    const removal = removalOf(body);
    expect(removal === null ? null : { clear: removal.clear, ids: [...removal.ids] }).toEqual(expected);
  });

  it.each<[unknown, boolean]>([
    [{}, false],
    [{ a: 0 }, true],
    ['', false],
    [0, false],
    [null, false],
    [1, true],
  ])('Python counts %j as %s', (value, expected) => {
    expect(isTruthy(value)).toBe(expected);
  });
});

describe('an interrupt', () => {
  it.each<[string, JsonBody, readonly boolean[] | null]>([
    ['without a body', { kind: 'empty' }, [true, false]],
    ['with a broken body', { kind: 'broken' }, [true, false]],
    ['that names nothing', json({}), [true, false]],
    ['that names an empty id', json({ prompt_id: '' }), [true, false]],
    ['that names null', json({ prompt_id: null }), [true, false]],
    ['that names a job of somebody', json({ prompt_id: 'theirs' }), [false, true]],
    ['that names nobody', json({ prompt_id: 'x' }), [false, false]],
    ['that names a number', json({ prompt_id: 5 }), [false, false]],
    ['with a list', json([]), null],
    ['with a text', json('x'), null],
    ['with null', json(null), null],
  ])('%s', (_name, body, expected) => {
    const isMeant = interruptTarget(body, caller);
    expect(isMeant === null ? null : [isMeant(mine), isMeant(theirs)]).toEqual(expected);
  });
});

describe('ids to cancel', () => {
  const recorded = loadRecording('queue-and-cancel');
  const id = '00000000-0000-4000-8000-000000000000';

  it.each<[string, JsonBody, string]>([
    ['of which one is none', json({ job_ids: ['bad'] }), 'cancel_bad_id'],
    ['that are no JSON', { kind: 'broken' }, 'cancel_bad_json'],
    ['that are no list', json({ job_ids: 'x' }), 'cancel_no_list'],
  ])('%s are refused as recorded', (_name, body, name) => {
    expect(cancelledIds(body)).toEqual(objectIn(recorded, name, 'json'));
  });

  it('are taken', () => {
    expect(cancelledIds(json({ job_ids: [id] }))).toEqual([id]);
    expect(cancelledIds(json({ job_ids: [] }))).toEqual([]);
    expect(cancelledIds(json([id]))).toEqual({ error: 'job_ids must be a list' });
    expect(cancelledIds(json({ job_ids: [id.toUpperCase().replace('8', 'A'), 5] }))).toMatchObject({
      invalid_ids: [expect.any(String), '5'],
    });
  });
});
