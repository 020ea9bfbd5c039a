import { StudioError } from '#contract/errors.ts';
import { type BatchParameter, type BatchSubmission, batchMaxJobs } from '#contract/models/batch.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import type { StoredPatch } from '#core/ports/job-store.ts';

/** What a batch will be, before a single job of it is made. */
export interface BatchPlan {
  readonly total: number;
  readonly parameters: readonly { readonly nodeId: string; readonly inputName: string; readonly count: number }[];
  /** What the job at `index`, from 0, puts into the graph. */
  patchesAt(index: number): readonly StoredPatch[];
}

const namedAtMost = 50;

const refuse = (
  { nodeId, inputName }: BatchParameter,
  reason: string,
  details: Readonly<Record<string, unknown>>,
): never => {
  throw new StudioError('BATCH_PARAMETER_INVALID', undefined, { details: { nodeId, inputName, reason, ...details } });
};

/**
 * An input that is a link may take a value all the same: a widget that was made an input is linked to a node that only holds its
 * value, and who names the input wants the value in its place. Where a node needs the link, ComfyUI refuses the value and says why.
 */
const requireInput = (prompt: Prompt, parameter: BatchParameter): void => {
  const { nodeId, inputName } = parameter;
  const node = Object.hasOwn(prompt, nodeId) ? prompt[nodeId] : undefined;
  if (node === undefined) {
    refuse(parameter, 'node-unknown', { nodeIds: Object.keys(prompt).slice(0, namedAtMost) });
    return;
  }
  if (Object.hasOwn(node.inputs, inputName)) return;
  const inputNames = Object.keys(node.inputs).slice(0, namedAtMost);
  refuse(parameter, 'input-unknown', { classType: node.class_type, inputNames });
};

/**
 * Checks the lists of a batch against its graph and says which job gets which values: a job for each value of one list, for each pair
 * of two, the last list changing fastest. BATCH_TOO_LARGE, BATCH_PARAMETER_INVALID. Costs the same for any number of jobs.
 */
export const planBatch = ({ prompt, parameters }: Pick<BatchSubmission, 'prompt' | 'parameters'>): BatchPlan => {
  const total = parameters.reduce((product, { values }) => product * values.length, 1);
  if (total > batchMaxJobs) {
    throw new StudioError('BATCH_TOO_LARGE', undefined, { details: { count: total, maxCount: batchMaxJobs } });
  }
  for (const [position, parameter] of parameters.entries()) {
    requireInput(prompt, parameter);
    const { nodeId, inputName } = parameter;
    if (parameters.findIndex((other) => other.nodeId === nodeId && other.inputName === inputName) !== position) {
      refuse(parameter, 'named-twice', {});
    }
  }
  return {
    total,
    parameters: parameters.map(({ nodeId, inputName, values }) => ({ nodeId, inputName, count: values.length })),
    patchesAt: (index) => {
      const patches: StoredPatch[] = [];
      let left = index;
      for (const { nodeId, inputName, values } of parameters.toReversed()) {
        const value = values[left % values.length];
        if (value !== undefined) patches.unshift({ nodeId, inputName, value });
        left = Math.floor(left / values.length);
      }
      return patches;
    },
  };
};

const maxTitleCharacters = 200;

/** The title of a job of a batch: the batch's, with its number in it. Never longer than a title may be. */
export const batchJobTitle = (title: string, index: number, total: number): string => {
  const place = `${index + 1}/${total}`;
  // A cut through the middle of a character leaves half of it, which no text may hold.
  const cut = title.slice(0, maxTitleCharacters - 1 - place.length).replace(/\p{Surrogate}$/u, '');
  return `${cut} ${place}`.trim();
};
