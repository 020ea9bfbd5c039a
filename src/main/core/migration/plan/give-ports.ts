import type { PlannedConflict } from '#contract/models/migration.ts';
import { isLoopback } from '../../instances/configuration/remote-address.ts';
import { type Placed, type PlanFacts, type PortHolder, planConflict, type Step, takeOverPort } from './plan-facts.ts';

/** Why a port cannot be had; null where it can. */
const obstacle = (
  placed: Placed,
  port: number,
  facts: PlanFacts,
  given: ReadonlyMap<number, string>,
): {
  code: 'port-taken' | 'port-held-by-running';
  resolution: 'other-port' | 'port-taken-over';
  message: string;
  by: string;
  reason?: PortHolder;
} | null => {
  const { candidate } = placed.source;
  const say = (by: string): string => `Port ${port} of ${candidate.name} is taken by ${by}.`;
  if (facts.choices.takeOverPort && port === takeOverPort && facts.gatewayPort !== takeOverPort) {
    return {
      code: 'port-taken',
      resolution: 'port-taken-over',
      message: say('the gateway from now on'),
      by: 'gateway',
      reason: 'gateway',
    };
  }
  if (facts.ownPorts.includes(port))
    return {
      code: 'port-taken',
      resolution: 'other-port',
      message: say('Atelier itself'),
      by: 'atelier',
      reason: 'atelier',
    };
  const instance = facts.existing.find(
    (each) => each.port === port && (each.kind === 'local' || isLoopback(each.host)),
  );
  if (instance !== undefined) {
    return {
      code: 'port-taken',
      resolution: 'other-port',
      message: say(`the instance "${instance.name}"`),
      by: instance.name,
    };
  }
  const planned = given.get(port);
  if (planned !== undefined)
    return { code: 'port-taken', resolution: 'other-port', message: say(`"${planned}"`), by: planned };
  const state = facts.wantedPorts.get(port);
  if (state === undefined || state.free) return null;
  const isItself = candidate.runningPid !== null && candidate.runningPid === state.owner?.pid;
  if (isItself || (candidate.runningPid !== null && state.owner?.pid === null)) {
    const message = `The running ComfyUI keeps port ${port}; the instance beside it gets another one.`;
    return { code: 'port-held-by-running', resolution: 'other-port', message, by: candidate.name };
  }
  const program = state.owner?.name ?? null;
  const by = program ?? 'another program';
  return {
    code: 'port-taken',
    resolution: 'other-port',
    message: say(by),
    by,
    ...(program === null ? { reason: 'unknown' } : {}),
  };
};

/** A port for every local one: its own where that is free, else the next free one. Remote ones keep their address. */
export const givePorts = (placed: readonly Placed[], facts: PlanFacts): Step<ReadonlyMap<Placed, number>> => {
  const ports = new Map<Placed, number>();
  const given = new Map<number, string>();
  const conflicts: PlannedConflict[] = [];
  const wanted = new Set(placed.flatMap(({ source, isFurther }) => (isFurther ? [] : (source.candidate.port ?? []))));
  const nextFree = (): number => {
    const isOpen = (port: number): boolean =>
      !given.has(port) && !(facts.choices.takeOverPort && port === takeOverPort);
    // A port that somebody here asks for is the last to be handed to another.
    return facts.freePorts.find((port) => isOpen(port) && !wanted.has(port)) ?? facts.freePorts.find(isOpen) ?? 0;
  };
  const keep = (each: Placed, port: number): void => {
    ports.set(each, port);
    given.set(port, each.source.candidate.name);
  };
  const local = placed.filter(({ source }) => source.kind === 'local');
  const asking = local.filter(({ source, isFurther }) => !isFurther && source.candidate.port !== null);
  for (const each of asking) {
    const port = each.source.candidate.port ?? 0;
    const problem = obstacle(each, port, facts, given);
    if (problem === null) {
      keep(each, port);
      continue;
    }
    const other = nextFree();
    keep(each, other);
    const details = {
      name: each.source.candidate.name,
      port,
      newPort: other,
      by: problem.by,
      ...(problem.reason === undefined ? {} : { reason: problem.reason }),
      pid: facts.wantedPorts.get(port)?.owner?.pid ?? null,
    };
    conflicts.push(planConflict(problem.code, 'info', problem.resolution, { message: problem.message, details }));
  }
  for (const each of local) if (!ports.has(each)) keep(each, nextFree());
  return { made: ports, conflicts };
};
