import { describe, expect, it } from 'vitest';
import type { LinuxProc } from '../process/linux-proc.ts';
import { findOwners, readingOf, sumGroups } from './group-usage.ts';
import { parseAuxiliaryVector } from './linux-units.ts';
import { createLinuxUsageWalk } from './linux-usage.ts';
import { parseCpuLine, parseMeminfo } from './machine-usage.ts';
import { createThrottledList, sumTrees } from './other-process-metrics.ts';
import { createProcessMetrics } from './process-metrics.ts';

const usage = (pid: number, parentPid: number, groupId: number) => ({
  pid,
  parentPid,
  groupId,
  memoryBytes: pid,
  cpuTimeMs: pid * 10,
});

describe('sums of groups', () => {
  const leaders = new Set([100, 200]);
  const sums = (...processes: ReturnType<typeof usage>[]) => [
    ...sumGroups(processes, findOwners(processes, leaders)).entries(),
  ];

  it('counts the group, and descendants that opened a group of their own', () => {
    expect(
      sums(usage(1, 0, 1), usage(100, 1, 100), usage(101, 100, 100), usage(102, 101, 102), usage(103, 102, 103)),
    ).toEqual([[100, { memoryBytes: 406, cpuTimeMs: 4060 }]]);
  });

  it('counts the group when its leader is gone', () => {
    expect(sums(usage(1, 0, 1), usage(201, 1, 200))).toEqual([[200, { memoryBytes: 201, cpuTimeMs: 2010 }]]);
  });

  it('keeps an instance that was started below another one apart', () => {
    expect(sums(usage(100, 1, 100), usage(200, 100, 200))).toEqual([
      [100, { memoryBytes: 100, cpuTimeMs: 1000 }],
      [200, { memoryBytes: 200, cpuTimeMs: 2000 }],
    ]);
  });

  it('gets out of a loop of parents', () => {
    expect(sums(usage(5, 6, 5), usage(6, 5, 6))).toEqual([]);
  });
});

describe('a reading', () => {
  const group = (cpuTimeMs: number) => ({ memoryBytes: 1, cpuTimeMs });

  it('has no load at first, then the share of one core, and repeats it for readings in quick succession', () => {
    const first = readingOf(group(500), 1000, undefined);
    expect(first.reading).toEqual({ memoryBytes: 1, cpuTimeMs: 500, cpuPercent: null });
    const second = readingOf(group(4500), 3000, first.next);
    expect(second.reading.cpuPercent).toBe(200);
    const third = readingOf(group(4510), 3010, second.next);
    expect(third.reading).toEqual({ memoryBytes: 1, cpuTimeMs: 4510, cpuPercent: 200 });
    expect(readingOf(group(4500), 5000, third.next).reading.cpuPercent).toBe(0);
  });

  it('is never negative', () => {
    expect(readingOf(group(100), 3000, { at: 1000, cpuTimeMs: 900, cpuPercent: 5 }).reading.cpuPercent).toBe(0);
  });
});

describe('the walk over /proc', () => {
  const createFake = (count: number) => {
    const reads: number[] = [];
    const proc: LinuxProc = {
      bootId: () => 'boot',
      pids: () => Array.from({ length: count }, (_, index) => index + 1),
      stat: (pid) => {
        reads.push(pid);
        const own = pid === 7 || pid === 8;
        const state = pid === 9 ? 'Z' : 'S';
        return {
          pid,
          name: 'x',
          state,
          parentPid: own ? 7 : 1,
          groupId: own ? 7 : pid,
          cpuTicks: 3,
          startTime: '1',
          residentPages: 2,
        };
      },
      environment: () => null,
      programName: () => null,
    };
    const walk = createLinuxUsageWalk(proc, { pageBytes: 65_536, ticksPerSecond: 100 });
    const readsOf = (leaders: number[]): number => {
      reads.length = 0;
      expect(walk.groups(new Set(leaders)).get(7)).toEqual(
        leaders.includes(7) ? { memoryBytes: 262_144, cpuTimeMs: 60 } : undefined,
      );
      return reads.length;
    };
    return { readsOf };
  };

  it('looks at strangers once in a while only, and at once when the leaders change', () => {
    const { readsOf } = createFake(1000);
    expect(readsOf([7])).toBe(1000);
    // Its own two, and the zombie, which is not worth remembering.
    expect(readsOf([7])).toBe(3);
    for (let index = 0; index < 6; index += 1) expect(readsOf([7])).toBe(3);
    expect(readsOf([7])).toBe(1000);
    expect(readsOf([])).toBe(1000);
    expect(readsOf([7])).toBe(1000);
  });
});

describe('process metrics of Linux', () => {
  const setUp = () => {
    const state = { now: 0, ticks: 100, walks: 0, leaders: [7, 70] };
    const proc: LinuxProc = {
      bootId: () => 'boot',
      pids: () => {
        state.walks += 1;
        return [1, ...state.leaders];
      },
      stat: (pid) => ({
        pid,
        name: 'x',
        state: 'S',
        parentPid: 1,
        groupId: pid,
        cpuTicks: state.ticks,
        startTime: '1',
        residentPages: 1,
      }),
      environment: () => null,
      programName: () => null,
    };
    const clock = { now: () => state.now, schedule: () => () => undefined };
    return { state, metrics: createProcessMetrics({ clock, platform: 'linux', proc }) };
  };

  it('walks once for askers with different leaders, and keeps the load of each', async () => {
    const { state, metrics } = setUp();
    await metrics.read([7]);
    await metrics.read([70]);
    expect(state.walks).toBe(2);
    for (const pids of [[7], [70], [7, 70]]) expect([...(await metrics.read(pids)).keys()]).toEqual(pids);
    expect(state.walks).toBe(2);
    Object.assign(state, { now: 1000, ticks: 150 });
    expect((await metrics.read([7])).get(7)?.cpuPercent).toBe(50);
    expect((await metrics.read([70])).get(70)?.cpuPercent).toBe(50);
    expect(state.walks).toBe(3);
  });

  it('forgets a group that is gone, also when its pid comes back', async () => {
    const { state, metrics } = setUp();
    await metrics.read([7]);
    Object.assign(state, { now: 1000, leaders: [70] });
    expect((await metrics.read([7])).size).toBe(0);
    Object.assign(state, { now: 2000, leaders: [7], ticks: 1 });
    expect((await metrics.read([7])).get(7)?.cpuPercent).toBeNull();
  });
});

describe('numbers of the kernel', () => {
  it('reads page size and tick from the auxiliary vector', () => {
    const bytes = Buffer.alloc(48);
    bytes.writeBigUInt64LE(6n, 0);
    bytes.writeBigUInt64LE(65_536n, 8);
    bytes.writeBigUInt64LE(17n, 16);
    bytes.writeBigUInt64LE(250n, 24);
    expect(parseAuxiliaryVector(bytes, true)).toEqual({ pageBytes: 65_536, ticksPerSecond: 250 });
    expect(parseAuxiliaryVector(Buffer.alloc(0), true)).toEqual({ pageBytes: 4096, ticksPerSecond: 100 });
  });

  it('reads CPU times and memory', () => {
    const stat = 'cpu  100 5 50 800 20 3 2 20 60 0\ncpu0 1 2 3\n';
    expect(parseCpuLine(stat)).toEqual({ busy: 180, total: 1000 });
    const meminfo = 'MemTotal:       16384 kB\nMemFree:        100 kB\nMemAvailable:   8192 kB\n';
    expect(parseMeminfo(meminfo, 'MemAvailable')).toBe(8_388_608);
    expect(parseMeminfo(meminfo, 'SwapTotal')).toBeNull();
  });
});

describe('systems without /proc', () => {
  it('adds up the tree of each leader', () => {
    const listed = (pid: number, parentPid: number) => ({ pid, parentPid, cpu: pid, memRss: pid });
    const sums = sumTrees([listed(1, 0), listed(10, 1), listed(11, 10), listed(12, 11), listed(13, 99)], new Set([10]));
    expect([...sums]).toEqual([[10, { cpuPercent: 33, memoryBytes: 33 * 1024, cpuTimeMs: null }]]);
  });

  it('lists no more often than a tenth of the time allows, and never twice at once', async () => {
    let now = 0;
    let lists = 0;
    const clock = { now: () => now, schedule: () => () => undefined };
    const list = createThrottledList(async () => {
      lists += 1;
      now += 1000;
      return [{ pid: lists, parentPid: 0, cpu: 0, memRss: 0 }];
    }, clock);
    const both = await Promise.all([list(), list()]);
    expect(both.map((rows) => rows[0]?.pid)).toEqual([1, 1]);
    now += 9999;
    expect((await list())[0]?.pid).toBe(1);
    now += 1;
    expect((await list())[0]?.pid).toBe(2);
  });
});
