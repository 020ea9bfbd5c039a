import { assert, nat, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatAgo,
  formatBytes,
  formatClock,
  formatCount,
  formatDuration,
  formatList,
  formatLoad,
  formatMoment,
  formatPart,
  formatPercent,
  formatResponseTime,
  formatRoughly,
  formatSpread,
  formatTemperature,
  formatTimeOfDay,
  formatUsage,
} from './format.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe('durations', () => {
  it.each([
    [0, '0 s'],
    [999, '0 s'],
    [59 * second, '59 s'],
    [minute, '1 m 0 s'],
    [59 * minute + 59 * second, '59 m 59 s'],
    [hour, '1 h 0 m'],
    [3 * hour + 12 * minute + 40 * second, '3 h 12 m'],
    [day, '1 d 0 h'],
    [2 * day + 4 * hour + 59 * minute, '2 d 4 h'],
    [-5, '0 s'],
  ])('%i ms is %s', (ms, text) => {
    expect(plain(formatDuration(ms))).toBe(text);
  });

  it('never shows a rest as large as the next unit', () => {
    assert(
      property(nat({ max: 40 * day }), (ms) => {
        const [, , rest, unit] = plain(formatDuration(ms)).split(' ');
        const limits: Record<string, number> = { s: 60, m: 60, h: 24 };
        if (rest !== undefined && unit !== undefined) expect(Number(rest)).toBeLessThan(limits[unit] ?? 0);
      }),
    );
  });

  it.each([
    [0, '0:00'],
    [8100, '0:09'],
    [61 * second, '1:01'],
    [hour + 2 * minute + 3 * second, '1:02:03'],
  ])('%i ms left is %s', (ms, text) => {
    expect(formatClock(ms)).toBe(text);
  });
});

describe('how long ago', () => {
  const now = Date.UTC(2026, 0, 1);
  it.each([
    [0, 'just now'],
    [59 * second, 'just now'],
    [minute, '1 m ago'],
    [59 * minute, '59 m ago'],
    [hour, '1 h ago'],
    [23 * hour, '23 h ago'],
    [day, '1 d ago'],
    [40 * day, '40 d ago'],
    [-1000, 'just now'],
  ])('%i ms is %s', (ms, text) => {
    expect(plain(formatAgo(now - ms, now))).toBe(text);
  });
});

describe('amounts', () => {
  const gigabyte = 1024 ** 3;
  it.each([
    [18.24 * gigabyte, '18.2 GB'],
    [0.2 * gigabyte, '0.2 GB'],
    [12 * 1024 ** 2, '12 MB'],
    [900, '1 KB'],
    [0, '0 KB'],
    [Number.NaN, '–'],
    [-1, '–'],
    [Number.POSITIVE_INFINITY, '–'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(plain(formatBytes(bytes))).toBe(text);
  });

  it('writes usage in one unit', () => {
    expect(plain(formatUsage(18.2 * gigabyte, 24 * gigabyte))).toBe('18.2 / 24.0 GB');
  });

  it.each([
    [247, 248, '99.6 %'],
    [3, 3, '100 %'],
    [0, 4, '0 %'],
    [0, 0, '–'],
  ])('%i of %i is %s', (part, whole, text) => {
    expect(plain(formatPercent(part, whole))).toBe(text);
  });

  it.each([
    [null, '–'],
    [Number.NaN, '–'],
    [95.6, '96 %'],
  ])('a load of %s is %s', (load, text) => {
    expect(plain(formatLoad(load))).toBe(text);
  });

  it('says N/A for a response time that is not known (002-A3)', () => {
    expect(formatResponseTime(null)).toBe('N/A');
    expect(plain(formatResponseTime(42.4))).toBe('42 ms');
    expect(plain(formatResponseTime(1240))).toBe('1.2 s');
    expect(plain(formatTemperature(70.6))).toBe('71 °C');
  });
});

describe('expected times', () => {
  it.each([
    [0, '5 s'],
    [12 * second, '10 s'],
    [57 * second, '55 s'],
    [58 * second, '1 min'],
    [2.4 * minute, '2 min'],
    [59.4 * minute, '59 min'],
    [59.6 * minute, '1 h'],
    [3.2 * hour, '3 h 10 min'],
    [23.9 * hour, '23 h 50 min'],
    [30 * hour, '1 d'],
  ])('%i ms are about %s', (ms, text) => {
    expect(plain(formatRoughly(ms))).toBe(text);
  });

  it.each([
    [minute, 4 * minute, '1–4 min'],
    [40 * second, 2 * minute, '40 s – 2 min'],
    [10 * second, 11 * second, ''],
    [9.6 * hour, 17.6 * hour, '10–18 h'],
    [40 * minute, 2 * hour, '40 min – 2 h'],
    [20 * hour, 50 * hour, '20 h – 2 d'],
  ])('between %i and %i ms is %j', (low, high, text) => {
    expect(plain(formatSpread(low, high))).toBe(text);
  });

  it('names the day only where it is another one', () => {
    const now = new Date(2026, 10, 21, 22, 0).getTime();
    expect(formatTimeOfDay(new Date(2026, 10, 21, 23, 40).getTime(), now)).toBe('23:40');
    expect(formatTimeOfDay(new Date(2026, 10, 22, 7, 10).getTime(), now)).toBe('Sun 07:10');
    expect(formatTimeOfDay(new Date(2026, 11, 3, 7, 10).getTime(), now)).toBe('3 Dec');
  });
});

describe('parts and counts', () => {
  it('are not whole before they are', () => {
    expect([0.999, 1, 0.375].map((part) => plain(formatPart(part)))).toEqual(['99 %', '100 %', '37 %']);
    expect(formatCount(9988)).toBe('9,988');
  });
});

describe('in Chinese', () => {
  it('lists have their own comma', () => {
    expect([formatList(['a', 'b']), formatList(['甲', '乙'], 'zh')]).toEqual(['a, b', '甲、乙']);
  });

  it('times have Chinese words', () => {
    const now = Date.UTC(2026, 0, 1);
    expect(plain(formatDuration(3 * hour + 12 * minute, 'zh'))).toBe('3 小时 12 分');
    expect(plain(formatDuration(2 * day + 4 * hour, 'zh'))).toBe('2 天 4 小时');
    expect([now, now - 4 * minute, now - hour, now - 3 * day].map((at) => plain(formatAgo(at, now, 'zh')))).toEqual([
      '刚刚',
      '4 分钟前',
      '1 小时前',
      '3 天前',
    ]);
    expect(plain(formatRoughly(3.2 * hour, 'zh'))).toBe('3 小时 10 分钟');
    expect(plain(formatSpread(40 * second, 2 * minute, 'zh'))).toBe('40 秒 – 2 分钟');
    expect(formatResponseTime(null, 'zh')).toBe('未知');
  });

  it('dates and numbers follow the locale', () => {
    const now = new Date(2026, 10, 21, 22, 0).getTime();
    expect(formatMoment(now, 'zh')).toBe('2026年11月21日 22:00:00');
    expect(formatMoment(now, 'en')).toBe('21 Nov 2026, 22:00:00');
    expect(formatTimeOfDay(new Date(2026, 10, 22, 7, 10).getTime(), now, 'zh')).toBe('周日 07:10');
    expect(formatTimeOfDay(new Date(2026, 11, 3, 7, 10).getTime(), now, 'zh')).toBe('12月3日');
    expect(formatCount(9988, 'zh')).toBe('9,988');
    expect(formatPercent(247, 248, 'zh')).toBe('99.6%');
  });
});
