import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import type { PromptEvent } from './frame-reading.ts';
import { createRunRecord } from './run-record.ts';

const started: PromptEvent = { kind: 'started' };
const succeeded: PromptEvent = { kind: 'succeeded' };
const ended: PromptEvent = { kind: 'ended' };
const never = Number.NEGATIVE_INFINITY;

describe('what is known of a submission', () => {
  it('is nothing before it was sent', () => {
    const record = createRunRecord(1);
    expect(record.sent).toBe(false);
    record.sending(2);
    expect(record.sent).toBe(true);
    expect(record.facts).toMatchObject({ submission: 'sending', submittedAt: 2, progressAt: 2 });
  });

  it('stays open while it is on its way, whatever is heard', () => {
    const record = createRunRecord(1);
    record.sending(2);
    record.heard(started, 3);
    expect(record.facts.submission).toBe('sending');
  });

  it.each<[string, (record: ReturnType<typeof createRunRecord>) => void]>([
    ['a frame', (record) => record.heard(started, 3)],
    ['a look that finds it waiting', (record) => record.looked({ kind: 'pending' }, 3)],
    ['a look that finds it running', (record) => record.looked({ kind: 'running' }, 3)],
  ])('%s says that it is there, before and after the answer failed', (_name, sign) => {
    const before = createRunRecord(1);
    before.sending(2);
    sign(before);
    expect(before.unanswered(4)).toBe(true);
    expect(before.facts.submission).toBe('accepted');
    const after = createRunRecord(1);
    after.sending(2);
    expect(after.unanswered(2)).toBe(false);
    expect(after.facts).toMatchObject({ submission: 'unanswered', unansweredAt: 2 });
    sign(after);
    expect(after.facts.submission).toBe('accepted');
  });

  it('a refusal counts until the prompt shows up, and not after it did', () => {
    const refusal = { status: 500, body: 'x' };
    const before = createRunRecord(1);
    before.refused(refusal, 2);
    expect(before.refusal).toEqual(refusal);
    expect(before.facts.submission).toBe('unanswered');
    before.heard(started, 3);
    expect(before.refusal).toBeNull();
    const after = createRunRecord(1);
    after.heard(started, 2);
    after.refused(refusal, 3);
    expect(after.refusal).toBeNull();
    expect(after.facts.submission).toBe('accepted');
  });
});

describe('looks', () => {
  it('count absences in a row', () => {
    const record = createRunRecord(1);
    record.looked({ kind: 'absent' }, 2);
    record.looked({ kind: 'absent' }, 3);
    expect(record.facts).toMatchObject({ absentLooks: 2, lookedAt: 3 });
    record.looked({ kind: 'running' }, 4);
    expect(record.facts.absentLooks).toBe(0);
    expect(record.seen).toBe('running');
  });

  it('remember since when nobody answers', () => {
    const record = createRunRecord(1);
    const unreachable = { kind: 'unreachable', error: new StudioError('INSTANCE_UNREACHABLE') } as const;
    record.looked(unreachable, 2);
    record.looked(unreachable, 5);
    expect(record.facts).toMatchObject({ unreachableSince: 2, lookedAt: 5 });
    record.looked({ kind: 'absent' }, 6);
    expect(record.facts.unreachableSince).toBeNull();
  });

  it('are progress while it waits and when it begins, not while it runs', () => {
    const record = createRunRecord(1);
    record.looked({ kind: 'pending' }, 2);
    expect(record.facts.progressAt).toBe(2);
    record.looked({ kind: 'running' }, 3);
    expect([record.facts.progressAt, record.started]).toEqual([3, true]);
    record.looked({ kind: 'running' }, 4);
    expect(record.facts.progressAt).toBe(3);
  });

  it('are due at once when something may have been missed', () => {
    const record = createRunRecord(1);
    record.looked({ kind: 'running' }, 3);
    record.lookSoon();
    expect(record.facts).toMatchObject({ heardAt: never, lookedAt: never });
  });
});

describe('the end', () => {
  it('that succeeded is looked at when nothing runs any more, or after a while', () => {
    const record = createRunRecord(1);
    record.looked({ kind: 'running' }, 2);
    record.heard(succeeded, 3);
    expect(record.facts).toMatchObject({ endedAt: 3, lookedAt: 3 });
    record.heard(ended, 4);
    expect(record.facts).toMatchObject({ endedAt: 3, lookedAt: never });
  });

  it.each([ended, { kind: 'interrupted' } as const, { kind: 'failed', error: {} } as const])(
    'is near after %o, and looks from before do not count',
    (event) => {
      const record = createRunRecord(1);
      record.looked({ kind: 'running' }, 2);
      record.heard(event, 3);
      expect(record.facts).toMatchObject({ endedAt: 3, lookedAt: never });
      record.looking();
      record.looked({ kind: 'running' }, 4);
      expect(record.facts).toMatchObject({ endedAt: 3, lookedAt: 4 });
    },
  );

  it('is looked for again when nothing runs any more, whatever the verdict brought', () => {
    const record = createRunRecord(1);
    record.heard(succeeded, 2);
    record.looking();
    record.looked({ kind: 'running' }, 3);
    record.heard(ended, 4);
    expect(record.facts).toMatchObject({ endedAt: 2, lookedAt: never });
  });

  it('that is heard during a look makes the next one due at once', () => {
    const record = createRunRecord(1);
    record.heard(succeeded, 2);
    record.looking();
    record.heard(ended, 3);
    record.looked({ kind: 'absent' }, 4);
    expect(record.facts).toMatchObject({ endedAt: 2, lookedAt: never, absentLooks: 1 });
    record.looking();
    record.looked({ kind: 'absent' }, 5);
    expect(record.facts).toMatchObject({ lookedAt: 5, absentLooks: 2 });
  });

  it('is not near after anything else', () => {
    const record = createRunRecord(1);
    record.looked({ kind: 'running' }, 2);
    record.heard({ kind: 'executing', nodeId: '1' }, 3);
    expect(record.facts).toMatchObject({ endedAt: null, lookedAt: 2, heardAt: 3, progressAt: 3 });
  });

  it('that only says that nothing runs any more says nothing about how', () => {
    const record = createRunRecord(1);
    record.heard(ended, 2);
    expect(record.settlementFromFrames()).toBeNull();
  });

  it.each<[string, PromptEvent]>([
    ['succeeded', succeeded],
    ['cancelled', { kind: 'interrupted' }],
    ['failed', { kind: 'failed', error: { node_id: '2', exception_type: 'E' } }],
  ])('%s carries what was made', (kind, event) => {
    const record = createRunRecord(1);
    const output = { images: [{ filename: 'a.png', subfolder: '', type: 'output' }] };
    record.heard({ kind: 'executed', nodeId: '9', output }, 2);
    record.heard(event, 3);
    expect(record.settlementFromFrames()).toMatchObject({ kind, outputs: [{ nodeId: '9', filename: 'a.png' }] });
  });
});

describe('a cancel', () => {
  it('is wanted since the first time', () => {
    const record = createRunRecord(1);
    record.cancelWanted(2);
    record.cancelWanted(3);
    record.cancelSent(4);
    expect(record.facts).toMatchObject({ cancelWantedAt: 2, cancelSentAt: 4 });
  });
});
