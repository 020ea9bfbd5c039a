import type { ValidatePromptOptions } from '#comfyui/validation/validate-prompt.ts';
import { mayTellOfNodes } from '#core/jobs/able-instances.ts';
import type { NodeInfo } from '#core/ports/comfy-reader.ts';
import type { GatewayContext } from '../context.ts';
import { type Decision, decide } from './decide.ts';
import { createClassReader } from './described-class.ts';
import { judgePrompt } from './fleet-verdict.ts';
import { type FileSource, locateFiles } from './input-files.ts';
import { createKnownDoubts } from './known-doubts.ts';

export interface FleetJudgeDependencies extends Pick<GatewayContext, 'jobs' | 'clock'> {
  readonly fleet: Pick<GatewayContext['fleet'], 'candidates'>;
  readonly reader: Pick<GatewayContext['reader'], 'get'>;
  readonly shelf: Pick<GatewayContext['shelf'], 'find'>;
}

/** Knows what the instances would say of a prompt, without asking them. */
export interface FleetJudge {
  /** null where no instance has told of its nodes yet, or where one that may have what the others lack is about to. */
  decide(prompt: unknown, targets: ValidatePromptOptions['partialTargets']): Promise<Decision | null>;
  /** A class as any instance describes it. */
  infoOf(classType: string): NodeInfo | null;
  /** Whether any instance says that the class acts outside ComfyUI. */
  isApiNode(classType: string): boolean;
}

/** How long a refusal waits for what could turn it: a model that was added, an instance that has just started. */
const turnLimitMs = 2000;

export const createFleetJudge = (dependencies: FleetJudgeDependencies): FleetJudge => {
  const { jobs, fleet } = dependencies;
  const describe = createClassReader();
  const knownDoubts = createKnownDoubts();

  /** Whether more knowledge may make a refused prompt one that is taken, or show who takes it for sure. */
  const couldTurn = (decision: Decision, isComplete: boolean): boolean => {
    if (decision.kind === 'taken') return knownDoubts.areNew(decision.doubts, dependencies.clock.now());
    if (decision.kind === 'raised') return false;
    return decision.lack === 'values' || (decision.lack === 'classes' && !isComplete);
  };

  /** Instances that may get jobs, and what is known of them. */
  const situation = (): { readonly known: readonly FileSource[]; readonly isComplete: boolean } => {
    const catalogs = new Map(jobs.catalogs.entries().map(({ instanceId, catalog }) => [instanceId, catalog]));
    const candidates = fleet.candidates().filter(({ enabled }) => enabled);
    const known = candidates.flatMap((candidate) => {
      const catalog = catalogs.get(candidate.instanceId);
      return catalog === undefined ? [] : [{ candidate, nodes: catalog.nodes }];
    });
    const isComing = candidates.some((candidate) => !catalogs.has(candidate.instanceId) && mayTellOfNodes(candidate));
    return { known, isComplete: !isComing };
  };

  const decideNow = async (
    prompt: unknown,
    known: readonly FileSource[],
    partialTargets: ValidatePromptOptions['partialTargets'],
  ): Promise<Decision> => {
    const filesOf = await locateFiles({ ...dependencies, describe }, prompt, known);
    const instances = known.map(({ candidate: { instanceId }, nodes }) => ({
      instanceId,
      nodes,
      files: filesOf(instanceId),
    }));
    return decide(judgePrompt(prompt, { instances, describe, partialTargets: partialTargets ?? null }));
  };

  const infosOf = (classType: string): readonly NodeInfo[] =>
    jobs.catalogs.entries().flatMap(({ catalog }) => {
      const info = catalog.nodes.get(classType);
      return info === undefined ? [] : [info];
    });

  return {
    decide: async (prompt, targets) => {
      const now = situation();
      const first = now.known.length === 0 ? null : await decideNow(prompt, now.known, targets);
      if (first === null ? now.isComplete : !couldTurn(first, now.isComplete)) return first;
      await jobs.catalogs.refresh(turnLimitMs);
      const later = situation();
      if (later.known.length === 0) return null;
      const second = await decideNow(prompt, later.known, targets);
      // An instance that has not told yet may have what the others lack.
      return second.kind === 'refused' && second.lack !== 'nothing' && !later.isComplete ? null : second;
    },
    infoOf: (classType) => infosOf(classType)[0] ?? null,
    isApiNode: (classType) => infosOf(classType).some((info) => describe(info).isApiNode),
  };
};
