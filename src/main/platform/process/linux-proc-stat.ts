/** What one line of /proc/<pid>/stat tells (proc_pid_stat(5)). Times are clock ticks, memory is pages. */
export interface ProcStat {
  readonly pid: number;
  readonly name: string;
  readonly state: string;
  readonly parentPid: number;
  readonly groupId: number;
  /** User and system time of the process and of the children that it has waited for. */
  readonly cpuTicks: number;
  /** Ticks since boot, as text: the kernel's number may be larger than a double holds exactly. */
  readonly startTime: string;
  readonly residentPages: number;
}

const number = (text: string | undefined): number => Number(text ?? Number.NaN);

/**
 * Reads a stat line; null when it is none. The second field is the program's own name in parentheses, which may hold spaces and
 * parentheses itself, so that the other fields count from the last `)`.
 */
export const parseProcStat = (line: string): ProcStat | null => {
  const open = line.indexOf('(');
  const close = line.lastIndexOf(')');
  if (open < 1 || close < open) return null;
  const fields = line.slice(close + 2).split(' ');
  const [state, parentPid, groupId] = fields;
  const startTime = fields[19];
  const pid = number(line.slice(0, open));
  if (state === undefined || startTime === undefined || !Number.isInteger(pid)) return null;
  const ticks = number(fields[11]) + number(fields[12]) + number(fields[13]) + number(fields[14]);
  return {
    pid,
    name: line.slice(open + 1, close),
    state,
    parentPid: number(parentPid),
    groupId: number(groupId),
    cpuTicks: ticks,
    startTime,
    residentPages: number(fields[21]),
  };
};

/** Z: ended, waiting for its parent; X and x: being removed. All three count as gone. */
export const isGone = (state: string): boolean => state === 'Z' || state === 'X' || state === 'x';
