import { describe, expect, it } from 'vitest';
import type { ValidationReason } from '#comfyui/validation/prompt-model.ts';
import { createKnownDoubts } from './known-doubts.ts';

const doubt = (value: unknown, type = 'value_not_in_list', list = "['a']"): ValidationReason => ({
  type,
  message: '',
  details: `name: ${String(value)} not in ${list}`,
  extra_info: { input_name: 'name', received_value: value },
});

describe('a doubt', () => {
  it('is new once a minute, whatever the list offers by then', () => {
    const doubts = createKnownDoubts();
    expect(doubts.areNew([doubt('x')], 0)).toBe(true);
    expect(doubts.areNew([doubt('x', 'value_not_in_list', "['a', 'b']")], 59_999)).toBe(false);
    expect(doubts.areNew([doubt('x')], 60_000)).toBe(true);
    expect(doubts.areNew([doubt('x')], 60_001)).toBe(false);
  });

  it('is new beside one that is known', () => {
    const doubts = createKnownDoubts();
    doubts.areNew([doubt('x')], 0);
    expect(doubts.areNew([doubt('x'), doubt('y')], 1)).toBe(true);
    expect(doubts.areNew([doubt('y'), doubt('x')], 2)).toBe(false);
  });

  it.each(['value_smaller_than_min', 'return_type_mismatch'])('of the kind %s is not worth a question', (type) => {
    expect(createKnownDoubts().areNew([doubt('x', type)], 0)).toBe(false);
  });

  it('is none where there is nothing to doubt', () => {
    expect(createKnownDoubts().areNew([], 0)).toBe(false);
  });

  it('is forgotten in favour of a thousand others', () => {
    const doubts = createKnownDoubts();
    for (let count = 0; count < 1002; count += 1) expect(doubts.areNew([doubt(count)], count)).toBe(true);
    expect(doubts.areNew([doubt(0)], 2000)).toBe(true);
    expect(doubts.areNew([doubt(1001)], 2000)).toBe(false);
  });
});
