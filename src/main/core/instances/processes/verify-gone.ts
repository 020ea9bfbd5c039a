import type { InstanceReason } from '#contract/models/instance.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { PortOwner, PortProbe } from '#core/ports/machine.ts';
import type { InstanceProcess, SurvivingProcess } from '#core/ports/process-host.ts';
import { limited, pause } from '../limited.ts';

const lookAgainMs = 200;

interface Remains {
  readonly processes: readonly SurvivingProcess[];
  /** Who listens on the port, or null when it is free. */
  readonly listener: PortOwner | null;
}

/**
 * Makes sure that a stopped instance is gone: kills what is left of its group, and waits until nothing of it lives and its port is
 * free. What cannot be removed within `limitMs` is reported as PROCESS_SURVIVED_STOP; null means that all is gone. Never rejects.
 */
export const verifyGone = async (options: {
  readonly process: InstanceProcess;
  readonly host: string;
  readonly port: number;
  readonly portProbe: PortProbe;
  readonly clock: Clock;
  readonly limitMs: number;
}): Promise<InstanceReason | null> => {
  const { process, host, port, portProbe, clock, limitMs } = options;
  const endsAt = clock.now() + limitMs;

  const look = async (): Promise<Remains> => {
    const [processes, portState] = await Promise.all([process.survivors(), portProbe.check(host, port)]);
    return { processes, listener: portState.free ? null : (portState.owner ?? { pid: null, name: null }) };
  };

  const report = (details: Readonly<Record<string, unknown>>): InstanceReason => ({
    code: 'PROCESS_SURVIVED_STOP',
    details: { port, ...details },
    evidence: [],
  });

  for (;;) {
    const seen = await limited(look(), Math.max(endsAt - clock.now(), 1), clock);
    if (seen.kind === 'failed') return report({ unknown: true });
    if (seen.kind === 'late') return report({ unknown: true });
    const { processes, listener } = seen.value;
    if (processes.length === 0 && listener === null) return null;
    if (clock.now() + lookAgainMs >= endsAt) return report({ processes, listener });
    if (processes.length > 0) await limited(process.killSurvivors(), endsAt - clock.now(), clock);
    await pause(lookAgainMs, clock);
  }
};
