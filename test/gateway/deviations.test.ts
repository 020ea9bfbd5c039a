import { describe, expect, it } from 'vitest';
import { loadRecording, type RecordedAnswer, type RecordedExchange } from '#sandbox/conformance/recording.ts';
import { type Deviation, promptDeviations, routeDeviations, uselessRows } from './deviations.ts';
import { titleOf } from './replay.ts';

const routes = ['get-routes-idle', 'http-middleware', 'other-routes', 'upload', 'view']
  .flatMap((name) => loadRecording(name) as RecordedExchange[])
  .map((recorded) => [titleOf(recorded), recorded] as const);

const prompts = Object.entries(
  loadRecording('prompt-errors') as Record<string, { readonly response: RecordedAnswer }>,
).map(([name, { response }]) => [name, response] as const);

describe('what differs from the recordings on purpose', () => {
  it('is recorded, and recorded otherwise', () => {
    expect(uselessRows(routeDeviations, routes)).toEqual([]);
    expect(uselessRows(promptDeviations, prompts)).toEqual([]);
  });

  it('is told by name where it says nothing', () => {
    const recorded: RecordedAnswer = { status: 404, headers: {}, text: '' };
    const same: Deviation = { why: 'none', instead: () => recorded };
    const gone: Deviation = { why: 'none', instead: () => ({ ...recorded, status: 405 }) };
    expect(
      uselessRows({ same, gone, used: gone }, [
        ['same', recorded],
        ['used', recorded],
      ]),
    ).toEqual(['same', 'gone']);
  });
});
