import { describe, expect, it } from 'vitest';
import { builtInTraces } from './built-in-traces.ts';
import { changeTrace, changeTraces, chooseByName, readTraces } from './change-traces.ts';

const named = (...starts: string[]) => chooseByName(builtInTraces(), starts);

describe('changeTraces', () => {
  it('changes the load of a stream, as the help of the benchmark says', () => {
    const { traces } = changeTraces(named('3-poisson-80'), ['streams.0.load=0.9', 'streams.0.jobs=30']);
    expect(traces[0]?.streams[0]).toMatchObject({ type: 'poisson', load: 0.9, jobs: 30 });
  });

  it('changes every trace given and leaves what it was given alone', () => {
    const before = builtInTraces();
    expect(changeTraces(before, ['runSpread=0.3']).traces.map(({ runSpread }) => runSpread)).toEqual(
      before.map(() => 0.3),
    );
    expect(before).toEqual(builtInTraces());
  });

  it('checks each change, so that the last of several is not blamed for the first', () => {
    const { refusals } = changeTraces(named('2'), ['streams.0.load=1', 'runSpread=0.1']);
    expect(refusals).toEqual([expect.stringMatching(/^2-slow-card does not take streams\.0\.load=1: /)]);
  });

  it('leaves traces out that a change does not fit, and says which', () => {
    const { traces, refusals } = changeTraces(named('1', '3'), ['streams.0.load=0.9']);
    expect(traces.map(({ name }) => name)).not.toContain('1-equal-cards');
    expect(traces.length).toBeGreaterThan(2);
    expect(refusals).toEqual([expect.stringMatching(/^1-equal-cards does not take /)]);
  });
});

describe('changeTrace', () => {
  it.each([
    [
      'a field that the stream of a trace lacks',
      'streams.0.load=0.9',
      /^1-equal-cards does not take streams\.0\.load=0\.9: streams\.0: no field load; it has type, count, size/,
    ],
    ['a place that a list lacks', 'streams.3.size=5', /there is no 3 in a list of 1, counted from 0$/],
    ['a value out of range', 'runSpread=7', /runSpread: .*<=0\.9.*, not 7$/],
    ['a value of another kind', 'models.count="x"', /models\.count: .*number.*, not "x"$/],
    ['a word that is none of a list', 'residency="disk"', /residency: .*last-set.*memory/],
    ['what is not JSON', 'residency=memory', /"memory" is not JSON; a change is PATH=JSON/],
    ['a field of a number', 'runSpread.low=1', /0\.05 has no field low$/],
  ])('refuses %s in one line', (_, change, text) => {
    const tried = (): unknown => named('1').map((trace) => changeTrace(trace, [change]));
    expect(tried).toThrow(text);
    expect(tried).not.toThrow('\n');
  });
});

describe('readTraces', () => {
  it('takes one trace or a list, as they are printed', () => {
    const all = builtInTraces();
    expect(readTraces(JSON.parse(JSON.stringify(all)))).toEqual(all);
    expect(readTraces(all[0])).toEqual(all.slice(0, 1));
  });

  it('names a trace that is none', () => {
    expect(() => readTraces([{ ...builtInTraces()[0], cards: [] }])).toThrow(/^1-equal-cards: cards: /);
    expect(() => readTraces([7])).toThrow(/^trace 1: /);
  });
});

describe('chooseByName', () => {
  it('refuses a beginning that fits no name', () => {
    expect(() => named('9')).toThrow(/no name begins with 9; there are 1-equal-cards, /);
  });
});
