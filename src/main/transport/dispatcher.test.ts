import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import type { CallContext } from '#contract/handlers.ts';
import { settingsSchema } from '#contract/models/settings.ts';
import { makeTestStudio, notice } from './studio.fixture.ts';

const owner: CallContext = { signal: new AbortController().signal, access: 'admin' };
const settings = settingsSchema.parse({});

describe('a call', () => {
  it('gives the handler the parsed input, defaults filled in', async () => {
    const inputs: unknown[] = [];
    const { dispatcher } = makeTestStudio({
      'instances.suggestPort': (input) => {
        inputs.push(input);
        return { port: input.from };
      },
    });
    expect(await dispatcher.dispatch('instances.suggestPort', { unknown: 1 }, owner)).toEqual({
      ok: true,
      value: { port: 8188 },
    });
    expect(inputs).toEqual([{ from: 8188 }]);
  });

  it('answers input that does not fit with every issue and its place', async () => {
    const { dispatcher } = makeTestStudio({});
    const outcome = await dispatcher.dispatch('instances.readLog', { instanceId: 'a b', maxBytes: 0 }, owner);
    expect(outcome).toEqual({
      ok: false,
      error: {
        code: 'INPUT_INVALID',
        message: 'The input does not fit the contract.',
        retryable: false,
        details: {
          issues: [
            { path: 'instanceId', message: 'letters, digits, _ and -; 64 at most' },
            { path: 'maxBytes', message: expect.stringContaining('>=1') },
          ],
        },
      },
    });
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'instances.nothing', ''])(
    'knows no method %j',
    async (method) => {
      const { dispatcher } = makeTestStudio({});
      expect(await dispatcher.dispatch(method, {}, owner)).toMatchObject({
        ok: false,
        error: { code: 'METHOD_UNKNOWN' },
      });
    },
  );

  it('caps the issues, so that a large wrong input is not answered with a larger error', async () => {
    const { dispatcher } = makeTestStudio({});
    const jobIds = Array.from({ length: 500 }, () => 'nonsense');
    const outcome = await dispatcher.dispatch('jobs.remove', { jobIds }, owner);
    expect(outcome.ok ? [] : outcome.error.details?.['issues']).toHaveLength(50);
  });

  it.each([
    ['read', 'settings.get', true],
    ['read', 'notices.dismiss', false],
    ['write', 'notices.dismiss', true],
    ['write', 'settings.update', false],
    ['admin', 'settings.update', true],
    ['write', 'gateway.examinePort', false],
    ['admin', 'gateway.examinePort', true],
  ] as const)('with %s access: %s is allowed = %s', async (access, method, allowed) => {
    const { dispatcher } = makeTestStudio({
      'settings.get': () => settings,
      'notices.dismiss': () => ({}),
      'settings.update': () => settings,
      'gateway.examinePort': () => ({ finding: { kind: 'free' } }),
    });
    const input = { noticeId: 'a', changes: {}, port: 8188 };
    const outcome = await dispatcher.dispatch(method, input, { ...owner, access });
    expect(outcome.ok ? 'allowed' : outcome.error.code).toBe(allowed ? 'allowed' : 'AUTH_FORBIDDEN');
  });

  it('answers a StudioError as it is', async () => {
    const { dispatcher, log } = makeTestStudio({
      'jobs.get': () => {
        throw new StudioError('JOB_NOT_FOUND', 'No such job.', { details: { jobId: 'x' }, cause: new Error('hidden') });
      },
    });
    const jobId = '00000000-0000-4000-8000-000000000000';
    expect(await dispatcher.dispatch('jobs.get', { jobId }, owner)).toEqual({
      ok: false,
      error: { code: 'JOB_NOT_FOUND', message: 'No such job.', details: { jobId: 'x' }, retryable: false },
    });
    expect(log.lines).toEqual([]);
  });

  it('answers anything else as INTERNAL without its text, and logs it with its stack', async () => {
    const { dispatcher, log } = makeTestStudio({
      'settings.get': () => {
        throw new TypeError('secret /root/path');
      },
    });
    const outcome = await dispatcher.dispatch('settings.get', {}, owner);
    expect(outcome).toEqual({
      ok: false,
      error: { code: 'INTERNAL', message: 'An unexpected error.', retryable: false },
    });
    expect(log.lines).toEqual([
      {
        level: 'error',
        message: 'Unexpected error in settings.get',
        fields: { error: expect.stringMatching(/TypeError: secret \/root\/path\n\s+at .*dispatcher\.test\.ts/) },
      },
    ]);
  });

  it('does not begin when it was cancelled before', async () => {
    let begun = false;
    const { dispatcher } = makeTestStudio({
      'gpus.list': () => {
        begun = true;
        return { gpus: [] };
      },
    });
    const signal = AbortSignal.abort(new StudioError('CALL_CANCELLED'));
    expect(await dispatcher.dispatch('gpus.list', {}, { ...owner, signal })).toMatchObject({
      error: { code: 'CALL_CANCELLED' },
    });
    expect(begun).toBe(false);
  });

  it('turns the abort error of a cancelled handler into the reason, but leaves a finished one alone', async () => {
    const { dispatcher, log } = makeTestStudio({
      'settings.get': (_input, { signal }) => {
        throw new DOMException(String(signal.aborted), 'AbortError');
      },
      'gpus.list': () => ({ gpus: [] }),
    });
    const controller = new AbortController();
    const context = { ...owner, signal: controller.signal };
    const finished = dispatcher.dispatch('gpus.list', {}, context);
    controller.abort(new StudioError('CONNECTION_LOST'));
    expect(await finished).toEqual({ ok: true, value: { gpus: [] } });
    expect(await dispatcher.dispatch('settings.get', {}, context)).toMatchObject({
      error: { code: 'CONNECTION_LOST' },
    });
    expect(log.lines).toEqual([]);
  });
});

describe('output', () => {
  const wrong = { 'settings.get': () => ({ ...settings, telemetryIntervalMs: 1 }) };

  it('that breaks the contract is a fault of the studio where it is checked', async () => {
    const { dispatcher, log } = makeTestStudio(wrong, { checkOutput: true });
    expect(await dispatcher.dispatch('settings.get', {}, owner)).toMatchObject({ error: { code: 'INTERNAL' } });
    expect(JSON.stringify(log.lines)).toContain('telemetryIntervalMs');
  });

  it('passes unparsed in production', async () => {
    const { dispatcher } = makeTestStudio(wrong, { checkOutput: false });
    expect(await dispatcher.dispatch('settings.get', {}, owner)).toMatchObject({ ok: true });
  });

  it('of topics is checked the same', () => {
    const { dispatcher } = makeTestStudio({}, { checkOutput: true });
    expect(() => dispatcher.openTopic('notices', undefined, 'read').checked({ type: 'nonsense' })).toThrow(/contract/);
    expect(dispatcher.openTopic('notices', undefined, 'read').checked(notice(1))).toEqual(notice(1));
  });
});

describe('a topic', () => {
  it.each([
    ['constructor', undefined, 'METHOD_UNKNOWN'],
    ['__proto__', undefined, 'METHOD_UNKNOWN'],
    ['log', undefined, 'INPUT_INVALID'],
    ['notices', 'key', 'INPUT_INVALID'],
    ['log', 'two', 'INSTANCE_NOT_FOUND'],
  ])('%s with key %s answers %s', (topic, key, code) => {
    const { dispatcher } = makeTestStudio({});
    expect(() => dispatcher.openTopic(topic, key, 'read')).toThrow(expect.objectContaining({ code }));
  });
});
