import type { ValidatePromptOptions } from '#comfyui/validation/validate-prompt.ts';
import type { NodeInfo } from '#core/ports/comfy-reader.ts';
import type { GatewayContext } from '../context.ts';
import { type Decision, decide } from './decide.ts';
import { judgePrompt } from './fleet-verdict.ts';
import { type FileSource, locateFiles } from './input-files.ts';
import { createClassReader } from './upload-inputs.ts';

export type FleetJudgeDependencies = Pick<GatewayContext, 'jobs' | 'fleet' | 'reader' | 'shelf' | 'clock'>;

/** Knows what the instances would say of a prompt, without asking them. */
export interface FleetJudge {
  /** null where no instance has told of its nodes yet, or where one that may have what the others lack is about to. */
  decide(prompt: unknown, targets: ValidatePromptOptions['partialTargets']): Promise<Decision | null>;
  /** A class as any instance describes it. */
  infoOf(classType: string): NodeInfo | null;
  /** Whether any instance says that the class acts outside ComfyUI. */
  isApiNode(classType: string): boolean;
}

/** An instance that has just started is being asked for its nodes. */
const nodesLimitMs = 2000;

export const createFleetJudge = (dependencies: FleetJudgeDependencies): FleetJudge => {
  const { jobs, fleet } = dependencies;
  const describe = createClassReader();

  /** Instances that may get jobs, and what is known of them. */
  const situation = (): { readonly known: readonly FileSource[]; readonly isComplete: boolean } => {
    const catalogs = new Map(jobs.catalogs.entries().map(({ instanceId, catalog }) => [instanceId, catalog]));
    const candidates = fleet.candidates().filter(({ enabled }) => enabled);
    const known = candidates.flatMap((candidate) => {
      const catalog = catalogs.get(candidate.instanceId);
      return catalog === undefined ? [] : [{ candidate, nodes: catalog.nodes }];
    });
    const isComing = candidates.some(
      ({ instanceId, status }) => (status === 'running' || status === 'starting') && !catalogs.has(instanceId),
    );
    return { known, isComplete: !isComing };
  };

  const decideNow = async (
    prompt: unknown,
    known: readonly FileSource[],
    partialTargets: ValidatePromptOptions['partialTargets'],
  ): Promise<Decision> => {
    const hasFile = await locateFiles({ ...dependencies, describe }, prompt, known);
    const instances = known.map(({ candidate: { instanceId }, nodes }) => ({
      instanceId,
      nodes,
      hasFile: hasFile(instanceId),
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
      if (now.known.length > 0) {
        const decision = await decideNow(prompt, now.known, targets);
        if (decision.kind !== 'refused' || !decision.isLack || now.isComplete) return decision;
      } else if (now.isComplete) return null;
      await jobs.nodesKnown(nodesLimitMs);
      const later = situation();
      if (later.known.length === 0) return null;
      const decision = await decideNow(prompt, later.known, targets);
      return decision.kind === 'refused' && decision.isLack && !later.isComplete ? null : decision;
    },
    infoOf: (classType) => infosOf(classType)[0] ?? null,
    isApiNode: (classType) => infosOf(classType).some((info) => describe(info).isApiNode),
  };
};
