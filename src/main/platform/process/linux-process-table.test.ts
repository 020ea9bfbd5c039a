import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LinuxProc } from './linux-proc.ts';
import { isGone, type ProcStat, parseProcStat } from './linux-proc-stat.ts';
import { createLinuxProcessTable } from './linux-process-table.ts';

const line = (name: string): string =>
  `5688 (${name}) S 5687 5680 5688 0 -1 4194560 3366 50179 0 32 7 2 31 11 20 0 1 0 131825 5124096 937 18446744073709551615 1 1 0 0`;

describe('a stat line', () => {
  it('is read by its fields', () => {
    expect(parseProcStat(line('bash'))).toEqual({
      pid: 5688,
      name: 'bash',
      state: 'S',
      parentPid: 5687,
      groupId: 5680,
      cpuTicks: 51,
      startTime: '131825',
      residentPages: 937,
    });
  });

  it('may hold any name', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 15 }), (name) => {
        expect(parseProcStat(line(name))).toMatchObject({ name, state: 'S', groupId: 5680, startTime: '131825' });
      }),
    );
    expect(parseProcStat(line(') Z 1 (x'))).toMatchObject({ state: 'S' });
  });

  it.each(['', 'nonsense', '12 (x', '12 (x) S', '(x) S 1 2 3'])('"%s" is none', (text) => {
    expect(parseProcStat(text)).toBeNull();
  });

  it('tells a zombie from the living', () => {
    expect(['Z', 'X', 'x', 'R', 'S', 'D', 'T', 't', 'I'].filter(isGone)).toEqual(['Z', 'X', 'x']);
  });
});

describe('the process table of Linux', () => {
  const leader = { pid: 100, startTime: '1000', bootId: 'boot' };
  const marks = ['ATELIER_INSTANCE_ID=one', 'ATELIER_DATA_FOLDER=/data'];

  const setUp = (processes: (Partial<ProcStat> & { pid: number; environment?: string[] })[]) => {
    const sent: [number, string][] = [];
    const stats = new Map(
      processes.map(({ environment: _environment, ...stat }) => [
        stat.pid,
        {
          name: 'x',
          state: 'S',
          parentPid: 1,
          groupId: stat.pid,
          cpuTicks: 0,
          startTime: '1000',
          residentPages: 0,
          ...stat,
        },
      ]),
    );
    const proc: LinuxProc = {
      bootId: () => 'boot',
      pids: () => [...stats.keys()],
      stat: (pid) => stats.get(pid) ?? null,
      environment: (pid) => processes.find((entry) => entry.pid === pid)?.environment ?? null,
      programName: (pid) => `program-${pid}`,
    };
    const table = createLinuxProcessTable(proc, (target, signal) => sent.push([target, signal]));
    const pids = async (groupMayLive = true) => {
      const { group, strays } = await table.members({ leader, groupMayLive, environmentEntries: marks });
      return { group: group.map(({ pid }) => pid), strays: strays.map(({ pid }) => pid) };
    };
    return { table, sent, pids };
  };

  it('finds the group and marked strays, and nobody else', async () => {
    const { pids } = setUp([
      { pid: 1, startTime: '1', environment: marks },
      { pid: 99, startTime: '999', groupId: 100 },
      { pid: 100 },
      { pid: 101, groupId: 100, startTime: '1001' },
      { pid: 102, groupId: 100, state: 'Z' },
      { pid: 103, environment: ['PATH=/bin', ...marks] },
      { pid: 104, environment: marks, state: 'Z' },
      { pid: 105, environment: ['ATELIER_INSTANCE_ID=one', 'ATELIER_DATA_FOLDER=/other'] },
      { pid: 106, environment: ['ATELIER_INSTANCE_ID=one2', 'ATELIER_DATA_FOLDER=/data'] },
      { pid: 107 },
      { pid: process.pid, groupId: 100, environment: marks },
    ]);
    expect(await pids()).toEqual({ group: [100, 101], strays: [103] });
  });

  it('does not take a group for its own that another process leads by now', async () => {
    const { pids, table, sent } = setUp([
      { pid: 100, startTime: '5000' },
      { pid: 101, startTime: '5001', groupId: 100 },
      { pid: 103, startTime: '2000', environment: marks },
    ]);
    expect(await pids()).toEqual({ group: [], strays: [103] });
    table.signalGroup(leader, 'SIGKILL');
    expect(sent).toEqual([]);
    expect(table.isRunning(leader)).toBe(false);
  });

  it('does not look at a group that was empty before', async () => {
    const { pids } = setUp([{ pid: 101, startTime: '5001', groupId: 100 }]);
    expect(await pids(false)).toEqual({ group: [], strays: [] });
  });

  it('compares start times as numbers of any length', async () => {
    const { pids } = setUp([
      { pid: 101, startTime: '99999999999999999999', groupId: 100 },
      { pid: 102, startTime: '200', groupId: 100 },
    ]);
    expect(await pids()).toEqual({ group: [101], strays: [] });
  });

  it('kills only what still is the process that was found', async () => {
    const { table, sent } = setUp([
      { pid: 101, startTime: '7' },
      { pid: 102, startTime: '8', state: 'Z' },
    ]);
    await table.kill({ pid: 101, startTime: '6', name: 'x' });
    await table.kill({ pid: 102, startTime: '8', name: 'x' });
    await table.kill({ pid: 103, startTime: '1', name: 'x' });
    expect(sent).toEqual([]);
    await table.kill({ pid: 101, startTime: '7', name: 'x' });
    expect(sent).toEqual([[101, 'SIGKILL']]);
  });

  it('signals the group by its negative number, leader there or not', () => {
    const { table, sent } = setUp([{ pid: 101, groupId: 100 }]);
    table.signalGroup(leader, 'SIGINT');
    expect(sent).toEqual([[-100, 'SIGINT']]);
  });

  it('tells who runs', () => {
    expect(setUp([{ pid: 100 }]).table.isRunning(leader)).toBe(true);
    expect(setUp([{ pid: 100, state: 'Z' }]).table.isRunning(leader)).toBe(false);
    expect(setUp([]).table.isRunning(leader)).toBe(false);
  });
});
