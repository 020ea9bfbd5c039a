import { StudioError } from '#contract/errors.ts';
import type { ShareOutcome, WorkflowContent } from '#contract/models/library.ts';
import type { ComfyEndpoint } from '#core/ports/comfy-client.ts';
import type { UserFiles } from '#core/ports/workflow-store.ts';
import type { ClassKnowledge } from '../inspect-workflow.ts';
import { editorFileFor, fileNameOf } from './exchange.ts';

/** An instance that a workflow may be put on. */
export interface ShareTarget {
  readonly instanceId: string;
  readonly endpoint: ComfyEndpoint;
  readonly isRunning: boolean;
}

export interface ShareDependencies {
  readonly userFiles: UserFiles;
  readonly targets: () => readonly ShareTarget[];
}

/** Names that are tried before one gives up. */
const mostNames = 50;

/**
 * Puts a workflow among those that the pages of instances show. A name that is taken stays with its file; the copy gets a number. One
 * instance that cannot does not keep the others from it.
 */
export const shareWorkflow = async (
  content: WorkflowContent,
  instanceIds: readonly string[],
  { userFiles, targets }: ShareDependencies,
  classes: ClassKnowledge,
): Promise<ShareOutcome[]> => {
  const text = JSON.stringify(editorFileFor(content, classes));
  const name = fileNameOf(content.name);

  const shareWith = async (instanceId: string): Promise<string> => {
    const target = targets().find((one) => one.instanceId === instanceId);
    if (target === undefined) throw new StudioError('INSTANCE_NOT_FOUND');
    if (!target.isRunning) throw new StudioError('INSTANCE_NOT_RUNNING');
    for (let number = 1; number <= mostNames; number += 1) {
      const fileName = number === 1 ? `${name}.json` : `${name} (${number}).json`;
      const outcome = await userFiles.create(target.endpoint, `workflows/${fileName}`, text);
      if (outcome === 'created') return fileName;
    }
    throw new StudioError('INSTANCE_WRONG_ANSWER');
  };

  return Promise.all(
    [...new Set(instanceIds)].map(async (instanceId): Promise<ShareOutcome> => {
      try {
        return { instanceId, fileName: await shareWith(instanceId), error: null };
      } catch (error) {
        if (!(error instanceof StudioError)) throw error;
        return { instanceId, fileName: null, error: error.code };
      }
    }),
  );
};
