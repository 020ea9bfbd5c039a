import { describe, expect, it, vi } from 'vitest';
import type { CommandRunner } from '#core/ports/machine.ts';
import { createMacosProcessTable, parsePsRows } from './macos-process-table.ts';
import { createWindowsProcessTable, descendantsOf, parseCimRows } from './windows-process-table.ts';

/** Answers commands from a list of [start of the command line, stdout]. */
const scripted = (answers: readonly (readonly [string, string])[]) => {
  const ran: string[] = [];
  const runner: CommandRunner = {
    run: async (command, args) => {
      const commandLine = [command, ...args].join(' ');
      ran.push(commandLine);
      const answer = answers.find(([start]) => commandLine.startsWith(start));
      return { exitCode: answer === undefined ? 1 : 0, stdout: answer?.[1] ?? '', stderr: '' };
    },
  };
  return { runner, ran };
};

const marks = ['ATELIER_INSTANCE_ID=one', 'ATELIER_DATA_FOLDER=/Users/ann/Library/Application Support/atelier'];

describe('the process table of macOS', () => {
  const started = 'Fri Nov 21 09:37:00 2026';
  const leader = { pid: 4120, startTime: started, bootId: 'boot' };
  const ps = [
    `    1     1 Ss   Thu Nov  1 00:00:01 2026     /sbin/launchd`,
    ` 4120  4120 Ss   ${started}     /opt/my venv/bin/python3.11`,
    ` 4121  4120 S    Fri Nov 21 09:37:02 2026     worker`,
    ` 4122  4120 Z    Fri Nov 21 09:37:02 2026     (python3.11)`,
    ` 4200  4200 S+   Fri Nov 21 09:38:00 2026     node`,
    ` 4300  4300 S    Fri Nov 21 09:38:00 2026     node`,
  ].join('\n');
  const environments = [
    ` 4120 /opt/my venv/bin/python3.11 main.py ${marks.join(' ')} PATH=/bin`,
    ` 4200 node helper.js PATH=/bin ${marks.join(' ')}`,
    ` 4300 node other.js ATELIER_INSTANCE_ID=one2 ${marks[1]}`,
  ].join('\n');
  const answers = [
    ['ps -ax -o', ps],
    ['ps -axEww', environments],
    ['ps -p 4120', ps.split('\n')[1] ?? ''],
    ['ps -p 4121', ps.split('\n')[2] ?? ''],
    ['sysctl', 'F00D-BOOT\n'],
  ] as const;

  it('reads rows of ps', () => {
    expect(parsePsRows(ps)[1]).toEqual({
      pid: 4120,
      groupId: 4120,
      state: 'S',
      name: 'python3.11',
      startTime: started,
    });
    expect(parsePsRows(ps)[0]).toMatchObject({ startTime: 'Thu Nov 1 00:00:01 2026', name: 'launchd' });
    expect(parsePsRows('')).toEqual([]);
  });

  it('finds the group and marked strays', async () => {
    const table = createMacosProcessTable(scripted(answers).runner);
    const mark = { leader, groupMayLive: true, environmentEntries: marks };
    const { group, strays } = await table.members(mark);
    expect(group.map(({ pid, name }) => [pid, name])).toEqual([
      [4120, 'python3.11'],
      [4121, 'worker'],
    ]);
    expect(strays.map(({ pid }) => pid)).toEqual([4200]);
    const reused = await table.members({ ...mark, leader: { ...leader, startTime: 'Mon Nov 17 09:37:00 2026' } });
    expect(reused.group).toEqual([]);
    expect((await table.members({ ...mark, groupMayLive: false })).group).toEqual([]);
  });

  it('identifies by start time and boot session', async () => {
    const table = createMacosProcessTable(scripted(answers).runner);
    expect(await table.identify(4120)).toEqual({ pid: 4120, startTime: started, bootId: 'F00D-BOOT' });
    expect(await table.identify(9999)).toBeNull();
  });

  it('signals the group, and kills a found process only after a second look', async () => {
    const send = vi.fn();
    const table = createMacosProcessTable(scripted(answers).runner, send, () => true);
    table.signalGroup(leader, 'SIGTERM');
    await table.kill({ pid: 4121, name: 'worker', startTime: 'Fri Nov 21 09:37:02 2026' });
    await table.kill({ pid: 4121, name: 'worker', startTime: 'Fri Nov 21 09:37:03 2026' });
    expect(send.mock.calls).toEqual([
      [-4120, 'SIGTERM'],
      [4121, 'SIGKILL'],
    ]);
  });

  it('takes EPERM for a group of zombies', () => {
    const refuse = () => {
      throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
    };
    createMacosProcessTable(scripted(answers).runner, refuse).signalGroup(leader, 'SIGKILL');
    const fail = () => {
      throw Object.assign(new Error('kill EINVAL'), { code: 'EINVAL' });
    };
    expect(() => createMacosProcessTable(scripted(answers).runner, fail).signalGroup(leader, 'SIGKILL')).toThrow(
      'EINVAL',
    );
  });
});

describe('the process table of Windows', () => {
  const row = (pid: number, parent: number, started: number) => ({
    ProcessId: pid,
    ParentProcessId: parent,
    Name: `p${pid}.exe`,
    Started: `13377000000000${started}`,
  });
  const leader = { pid: 100, startTime: row(100, 1, 5000).Started, bootId: 'windows' };
  const all = [
    row(1, 0, 1000),
    row(100, 1, 5000),
    row(101, 100, 5001),
    row(102, 101, 5002),
    row(103, 100, 4000),
    row(104, 1, 6000),
  ];
  const answers = (rows: unknown) =>
    [
      [
        'powershell.exe -NoProfile -NonInteractive -Command @(Get-CimInstance Win32_Process -Filter "ProcessId=100"',
        JSON.stringify(row(100, 1, 5000)),
      ],
      ['powershell.exe -NoProfile -NonInteractive -Command @(Get-CimInstance Win32_Process -Filter', ''],
      ['powershell.exe', JSON.stringify(rows)],
    ] as const;
  const fail = vi.fn();

  it('reads what PowerShell writes for none, one and many', () => {
    expect(parseCimRows('\r\n')).toEqual([]);
    expect(parseCimRows(JSON.stringify(all[0]))).toEqual([all[0]]);
    expect(parseCimRows(JSON.stringify(all))).toEqual(all);
    expect(() => parseCimRows('[{"ProcessId":"x"}]')).toThrow();
  });

  it('takes younger children for descendants only', () => {
    expect(descendantsOf(all, 100, leader.startTime).map(({ ProcessId }) => ProcessId)).toEqual([101, 102]);
    expect(descendantsOf([row(7, 7, 5000)], 7, row(7, 7, 5000).Started)).toEqual([]);
  });

  it('finds the tree, also when its leader is gone, and not when another process has the pid', async () => {
    const pids = async (rows: unknown) => {
      const table = createWindowsProcessTable(scripted(answers(rows)).runner, fail);
      return (await table.members({ leader, groupMayLive: true, environmentEntries: marks })).group.map(
        ({ pid }) => pid,
      );
    };
    expect(await pids(all)).toEqual([100, 101, 102]);
    expect(await pids(all.filter(({ ProcessId }) => ProcessId !== 100))).toEqual([101, 102]);
    expect(await pids([row(100, 1, 9000), row(101, 100, 9001)])).toEqual([]);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('ends the whole tree at %s', async (signal) => {
    const { runner, ran } = scripted(answers(all));
    createWindowsProcessTable(runner, fail).signalGroup(leader, signal);
    await vi.waitFor(() => expect(ran.at(-1)).toBe('taskkill /PID 100 /T /F'));
  });

  it('ends nothing that only has the same pid', async () => {
    const { runner, ran } = scripted(answers(all));
    const table = createWindowsProcessTable(runner, fail);
    table.signalGroup({ ...leader, startTime: '1' }, 'SIGKILL');
    await table.kill({ pid: 100, name: 'x', startTime: '1' });
    await table.kill({ pid: 104, name: 'x', startTime: '1' });
    expect(ran.filter((line) => line.startsWith('taskkill'))).toEqual([]);
    await table.kill({ pid: 100, name: 'x', startTime: leader.startTime });
    expect(ran.at(-1)).toBe('taskkill /PID 100 /F');
  });

  it('tells of a kill that fails', async () => {
    const broken = createWindowsProcessTable({ run: () => Promise.reject(new Error('no powershell')) }, fail);
    broken.signalGroup(leader, 'SIGKILL');
    await vi.waitFor(() => expect(fail).toHaveBeenCalledOnce());
  });
});
