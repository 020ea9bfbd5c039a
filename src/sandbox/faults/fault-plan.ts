/** The part of the command line that the faults are read from. */
interface FlagReader {
  has(name: string): boolean;
  text(name: string): string | null;
  number(name: string, fallback: number): number;
}

/** What happens in the middle of one job. */
export type JobFault = 'exit' | 'hang-event-loop' | 'hang-job' | 'drop-websockets' | 'silence-websockets';

/** A child process that outlives the server: in its process group, there but deaf to SIGINT and SIGTERM, or in its own group. */
export type Grandchild = 'plain' | 'stubborn' | 'detached';

/** The faults asked for on the command line. Numbers of jobs count from 1, in the order in which jobs start. */
export interface FaultPlan {
  readonly slowStartMs: number;
  readonly exitDuringStartCode: number | null;
  readonly exitAfterMs: number | null;
  readonly exitCode: number;
  readonly hangAfterMs: number | null;
  readonly rebootAfterMs: number | null;
  readonly inJob: ReadonlyMap<number, readonly JobFault[]>;
  readonly http: 'answer' | 'error' | 'mute';
  readonly ignoreSigint: boolean;
  readonly ignoreSigterm: boolean;
  readonly grandchild: Grandchild | null;
  readonly logFloodBytes: number;
  readonly splitUtf8: boolean;
  readonly refusePort: boolean;
  readonly stats: 'true' | 'nan' | 'huge';
}

const jobFaultFlags: readonly (readonly [string, JobFault])[] = [
  ['--fault-exit-in-job', 'exit'],
  ['--fault-hang-in-job', 'hang-event-loop'],
  ['--fault-hang-job', 'hang-job'],
  ['--fault-websocket-drop-in-job', 'drop-websockets'],
  ['--fault-websocket-silent-in-job', 'silence-websockets'],
];

const inJobFrom = (flags: FlagReader): ReadonlyMap<number, readonly JobFault[]> => {
  const faults = new Map<number, readonly JobFault[]>();
  for (const [name, fault] of jobFaultFlags) {
    if (!flags.has(name)) continue;
    const job = flags.number(name, 0);
    faults.set(job, [...(faults.get(job) ?? []), fault]);
  }
  return faults;
};

const secondsFrom = (flags: FlagReader, name: string): number | null =>
  flags.has(name) ? flags.number(name, 0) * 1000 : null;

const httpFrom = (flags: FlagReader): FaultPlan['http'] => {
  if (flags.has('--fault-http-mute')) return 'mute';
  return flags.has('--fault-http-500') ? 'error' : 'answer';
};

const grandchildFrom = (flags: FlagReader): Grandchild | null => {
  const asked = flags.text('--fault-grandchild');
  return asked === 'plain' || asked === 'stubborn' || asked === 'detached' ? asked : null;
};

/** Reads the fault switches. */
export const faultPlanFrom = (flags: FlagReader): FaultPlan => {
  const stats = flags.text('--fault-stats');
  return {
    slowStartMs: secondsFrom(flags, '--fault-slow-start') ?? 0,
    exitDuringStartCode: flags.has('--fault-exit-during-start') ? flags.number('--fault-exit-during-start', 1) : null,
    exitAfterMs: secondsFrom(flags, '--fault-exit-after'),
    exitCode: flags.number('--fault-exit-code', 1),
    hangAfterMs: secondsFrom(flags, '--fault-hang-after'),
    rebootAfterMs: secondsFrom(flags, '--fault-reboot-after'),
    inJob: inJobFrom(flags),
    http: httpFrom(flags),
    ignoreSigint: flags.has('--fault-ignore-sigint'),
    ignoreSigterm: flags.has('--fault-ignore-sigterm'),
    grandchild: grandchildFrom(flags),
    logFloodBytes: flags.number('--fault-log-flood', 0),
    splitUtf8: flags.has('--fault-split-utf8'),
    refusePort: flags.has('--fault-refuse-port'),
    stats: stats === 'nan' || stats === 'huge' ? stats : 'true',
  };
};
