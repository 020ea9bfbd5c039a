import { StudioError } from '#contract/errors.ts';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import type { MigrationChoices, MigrationFinding, MigrationPlan } from '#contract/models/migration.ts';
import type { GpuProbe, PortProbe, PortState } from '#core/ports/machine.ts';
import type { PlaceReader } from '#core/ports/place-reader.ts';
import type { Platform } from '../../instances/configuration/paths.ts';
import { isLoopback } from '../../instances/configuration/remote-address.ts';
import type { PlannedMigration } from '../migration-dependencies.ts';
import type { MigrationScanner } from '../scan/scanner.ts';
import { type PlanFacts, takeOverPort } from './plan-facts.ts';
import { planMigration } from './plan-migration.ts';

export interface PlanDesk {
  /** Reads the machine and plans; nothing is done. Fails with MIGRATION_FINDING_GONE. */
  plan(choices: MigrationChoices): Promise<MigrationPlan>;
  /** A plan that was handed out, where the machine still gives the same one; null where it is not known or not true any more. */
  findPlan(planId: string): Promise<PlannedMigration | null>;
}

export interface PlanDeskDependencies {
  readonly scanner: Pick<MigrationScanner, 'finding' | 'secretOf'>;
  readonly reader: Pick<PlaceReader, 'freeBytes'>;
  readonly gpus: Pick<GpuProbe, 'list'>;
  readonly ports: PortProbe;
  readonly existing: () => readonly InstanceConfiguration[];
  readonly ownPorts: () => readonly number[];
  readonly gatewayPort: () => number;
  readonly dataFolder: string;
  readonly platform: Platform;
}

/** Plans are small; the last ones of a wizard that goes back and forth are enough. */
const plansKept = 20;
const firstPort = 8188;
const highestPort = 65_535;
const localHost = '127.0.0.1';

export const createPlanDesk = (dependencies: PlanDeskDependencies): PlanDesk => {
  const { scanner, reader, gpus, ports, existing, ownPorts, gatewayPort, dataFolder, platform } = dependencies;
  const plans = new Map<string, MigrationPlan>();

  const findingsOf = ({ findingIds }: MigrationChoices): readonly MigrationFinding[] =>
    [...new Set(findingIds)].map((findingId) => {
      const finding = scanner.finding(findingId);
      if (finding === null) throw new StudioError('MIGRATION_FINDING_GONE', undefined, { details: { findingId } });
      return finding;
    });

  const stateOf = (port: number): Promise<PortState> => ports.check(localHost, port);

  const freePorts = async (
    count: number,
    configurations: readonly InstanceConfiguration[],
  ): Promise<readonly number[]> => {
    const taken = new Set([
      ...ownPorts(),
      ...configurations.filter(({ kind, host }) => kind === 'local' || isLoopback(host)).map(({ port }) => port),
    ]);
    const free: number[] = [];
    for (let port = firstPort; port <= highestPort && free.length < count; port += 1) {
      if (!taken.has(port) && (await stateOf(port)).free) free.push(port);
    }
    return free;
  };

  const readFacts = async (choices: MigrationChoices): Promise<PlanFacts> => {
    const findings = findingsOf(choices);
    const configurations = existing();
    const asked = findings.flatMap(({ candidates }) => candidates.flatMap(({ port }) => port ?? []));
    const wanted = [...new Set([...asked, ...choices.edits.flatMap(({ port }) => port ?? [])])];
    const candidates = findings.reduce((sum, finding) => sum + finding.candidates.length, 0);
    const [found, states, takeOverState, freeBytes] = await Promise.all([
      gpus.list(),
      Promise.all(wanted.map(async (port) => [port, await stateOf(port)] as const)),
      stateOf(takeOverPort),
      reader.freeBytes(dataFolder),
    ]);
    return {
      choices,
      findings,
      gpus: found,
      existing: configurations,
      wantedPorts: new Map(states),
      // Each may lose its port, and each GPU may get an instance; one is kept back for the gateway.
      freePorts: await freePorts(2 * candidates + found.length + 1, configurations),
      ownPorts: ownPorts(),
      gatewayPort: gatewayPort(),
      takeOverState,
      freeBytes,
      dataFolder,
      platform,
    };
  };

  const make = async (choices: MigrationChoices): Promise<MigrationPlan> => planMigration(await readFacts(choices));

  const remember = (plan: MigrationPlan): void => {
    plans.delete(plan.id);
    plans.set(plan.id, plan);
    for (const id of plans.keys()) if (plans.size > plansKept) plans.delete(id);
  };

  const addressOf = (findingId: string, candidateKey: string): string => {
    const candidate = scanner.finding(findingId)?.candidates.find(({ key }) => key === candidateKey);
    return candidate?.runningPid === null ? '' : (candidate?.url ?? '');
  };

  const planned = (plan: MigrationPlan): PlannedMigration => ({
    plan,
    oldServers: Object.fromEntries(
      plan.instances.flatMap(({ findingId, candidateKey, draft, isLegacy }) => {
        const address = isLegacy ? addressOf(findingId, candidateKey) : '';
        return address === '' ? [] : [[draft.id, address] as const];
      }),
    ),
    secretOf: async (instanceId) => {
      const instance = plan.instances.find(({ draft }) => draft.id === instanceId);
      return instance === undefined ? null : scanner.secretOf(instance.findingId, instance.candidateKey);
    },
  });

  return {
    plan: async (choices) => {
      const plan = await make(choices);
      remember(plan);
      return plan;
    },
    findPlan: async (planId) => {
      const known = plans.get(planId);
      if (known === undefined) return null;
      try {
        const now = await make(known.choices);
        return now.id === planId ? planned(now) : null;
      } catch (error) {
        if (error instanceof StudioError && error.code === 'MIGRATION_FINDING_GONE') return null;
        throw error;
      }
    },
  };
};
