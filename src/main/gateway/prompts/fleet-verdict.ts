import { isNodeError } from '#comfyui/python/node-failure.ts';
import { isRecord } from '#comfyui/validation/input-config.ts';
import type { NodeClass } from '#comfyui/validation/node-class.ts';
import type { NodeErrors, PromptValidation, ValidationReason } from '#comfyui/validation/prompt-model.ts';
import { type ValidatePromptOptions, validatePrompt } from '#comfyui/validation/validate-prompt.ts';
import type { NodeInfo } from '#core/ports/comfy-reader.ts';
import { classAsGuess, classWithFiles, type DescribedClass, type FileKnowledge, isThere } from './described-class.ts';

/** An instance of which it is known what it can run. */
export interface KnownInstance {
  readonly instanceId: string;
  readonly nodes: ReadonlyMap<string, NodeInfo>;
  readonly files: FileKnowledge;
}

/** What ComfyUI would say of a prompt; `raised`: it would fail to say anything. */
export type Verdict = PromptValidation | { readonly kind: 'raised'; readonly message: string };

/** What a group of instances, equal as far as the prompt goes, would say of it. */
export interface GroupVerdict {
  /** In the user's order. */
  readonly instanceIds: readonly string[];
  readonly verdict: Verdict;
  /**
   * What its classes say against the prompt where the verdict takes it all the same, since they come from packs and may have checks of
   * their own instead. Only the instances themselves know.
   */
  readonly doubts: readonly ValidationReason[];
  /** Classes of the prompt that they lack, by node. */
  readonly missing: readonly { readonly nodeId: string; readonly classType: string }[];
}

export interface JudgeOptions extends Pick<ValidatePromptOptions, 'partialTargets'> {
  readonly instances: readonly KnownInstance[];
  readonly describe: (info: NodeInfo) => DescribedClass;
}

const classTypesOf = (prompt: unknown): readonly string[] => {
  if (!isRecord(prompt)) return [];
  const classTypes = Object.values(prompt).map((node) => (isRecord(node) ? node['class_type'] : null));
  return [...new Set(classTypes.filter((classType) => typeof classType === 'string'))];
};

/** Values of the prompt that name files, by input name. */
const namedFiles = (prompt: unknown, classes: ReadonlyMap<string, DescribedClass>) =>
  (isRecord(prompt) ? Object.values(prompt) : []).flatMap((node) => {
    if (!isRecord(node) || typeof node['class_type'] !== 'string' || !isRecord(node['inputs'])) return [];
    const { inputs } = node;
    return (classes.get(node['class_type'])?.files ?? []).flatMap((input) => {
      const value = inputs[input.name];
      return typeof value === 'string' ? [{ input, value }] : [];
    });
  });

interface Described {
  readonly instanceId: string;
  readonly classes: ReadonlyMap<string, DescribedClass>;
  readonly files: FileKnowledge;
  /** Equal for instances that would say the same. */
  readonly key: string;
}

const describeInstance = (
  prompt: unknown,
  classTypes: readonly string[],
  { instanceId, nodes, files }: KnownInstance,
  describe: JudgeOptions['describe'],
): Described => {
  const classes = new Map<string, DescribedClass>();
  for (const classType of classTypes) {
    const info = nodes.get(classType);
    if (info !== undefined) classes.set(classType, describe(info));
  }
  const keys = classTypes.map((classType) => classes.get(classType)?.key ?? '-');
  const there = namedFiles(prompt, classes).map(({ input, value }) => (isThere(input, value, files) ? 1 : 0));
  return { instanceId, classes, files, key: `${keys.join(',')} ${there.join('')}` };
};

type ReadClass = (described: DescribedClass, files: FileKnowledge) => NodeClass;

const judgeBy = (
  readClass: ReadClass,
  prompt: unknown,
  { classes, files }: Described,
  partialTargets: JudgeOptions['partialTargets'],
): Verdict => {
  const ready = new Map<string, NodeClass>();
  for (const [classType, described] of classes) ready.set(classType, readClass(described, files));
  try {
    return validatePrompt(prompt, {
      classOf: (classType) => ready.get(classType),
      partialTargets: partialTargets ?? null,
    });
  } catch (error) {
    if (isNodeError(error)) return { kind: 'raised', message: error.message };
    throw error;
  }
};

export const reasonsOf = (nodeErrors: NodeErrors): readonly ValidationReason[] =>
  Object.values(nodeErrors).flatMap(({ errors }) => errors);

const outputCount = (verdict: Verdict): number => (verdict.kind === 'valid' ? verdict.outputs.length : 0);

/** By what the classes say of themselves; or, where more of the prompt could run by checks that they do not tell of, by those. */
const judge = (
  prompt: unknown,
  described: Described,
  targets: JudgeOptions['partialTargets'],
): Pick<GroupVerdict, 'verdict' | 'doubts'> => {
  const told = judgeBy(classWithFiles, prompt, described, targets);
  const isSure = [...described.classes.values()].every(({ isGuess }) => !isGuess);
  if (isSure || told.kind === 'raised') return { verdict: told, doubts: [] };
  const against = reasonsOf(told.kind === 'valid' ? told.nodeErrors : told.body.node_errors);
  if (against.length === 0) return { verdict: told, doubts: [] };
  const guess = judgeBy(classAsGuess, prompt, described, targets);
  if (guess.kind !== 'valid' || outputCount(guess) <= outputCount(told)) return { verdict: told, doubts: [] };
  const certain = new Set(reasonsOf(guess.nodeErrors).map((reason) => JSON.stringify(reason)));
  return { verdict: guess, doubts: against.filter((reason) => !certain.has(JSON.stringify(reason))) };
};

const missingNodes = (prompt: unknown, classes: ReadonlyMap<string, DescribedClass>): GroupVerdict['missing'] =>
  (isRecord(prompt) ? Object.entries(prompt) : []).flatMap(([nodeId, node]) => {
    const classType = isRecord(node) ? node['class_type'] : null;
    return typeof classType === 'string' && !classes.has(classType) ? [{ nodeId, classType }] : [];
  });

/** What the instances would say of a prompt, each different answer once: sixteen equal instances cost one validation. */
export const judgePrompt = (
  prompt: unknown,
  { instances, describe, partialTargets }: JudgeOptions,
): readonly GroupVerdict[] => {
  const classTypes = classTypesOf(prompt);
  const groups = new Map<string, { first: Described; instanceIds: string[] }>();
  for (const instance of instances) {
    const described = describeInstance(prompt, classTypes, instance, describe);
    const group = groups.get(described.key) ?? { first: described, instanceIds: [] };
    group.instanceIds.push(described.instanceId);
    groups.set(described.key, group);
  }
  return Array.from(groups.values(), ({ first, instanceIds }) => ({
    instanceIds,
    ...judge(prompt, first, partialTargets),
    missing: missingNodes(prompt, first.classes),
  }));
};
