import { createNodeError } from '#comfyui/python/node-failure.ts';
import { pythonTypeName } from '#comfyui/python/python-text.ts';
import type { InputConfig } from '#comfyui/validation/input-config.ts';
import { type CustomValidation, type NodeClass, type NodeInfo, readNodeClass } from '#comfyui/validation/node-class.ts';
import { type FileKind, ownCheckOf } from '#comfyui/validation/own-checks.ts';
import { isFromPack } from '#core/workflows/node-packs.ts';

/** An input that takes any file that is there: what it lists are only those that lay there when it was asked. */
export interface FileInput {
  readonly name: string;
  readonly fileKind: FileKind;
  readonly offered: InputConfig['offered'];
}

/** A class as one description of it says, together with what it takes from the folders. */
export interface DescribedClass {
  /** The same for the same description: instances that are equal share it. */
  readonly key: number;
  readonly nodeClass: NodeClass;
  readonly files: readonly FileInput[];
  readonly isApiNode: boolean;
  /** It may have checks of its own, so that the description is a guess. */
  readonly isGuess: boolean;
}

/** What is known of files that prompts name. */
export interface FileKnowledge {
  /** The instance has the file, or will get it with the job. */
  has(value: string): boolean;
  /** The job brings the file, so that it will stand on every list of files. */
  isSent(value: string): boolean;
}

const withoutList = (config: InputConfig): InputConfig => ({ ...config, options: null, offered: null });

/** Reads each description once, however many instances and prompts it serves. */
export const createClassReader = (): ((info: NodeInfo) => DescribedClass) => {
  const known = new WeakMap<NodeInfo, DescribedClass>();
  let count = 0;

  const read = (info: NodeInfo): DescribedClass => {
    const nodeClass = readNodeClass(info);
    const checks = nodeClass.inputs({}).map((input) => ({ input, check: ownCheckOf(info, input) }));
    const free = new Set(checks.filter(({ check }) => check?.kind === 'anything').map(({ input }) => input.name));
    const inputs: NodeClass['inputs'] = (given) =>
      nodeClass.inputs(given).map((input) => (free.has(input.name) ? withoutList(input) : input));
    count += 1;
    return {
      key: count,
      nodeClass: free.size === 0 ? nodeClass : { ...nodeClass, inputs },
      files: checks.flatMap(({ input: { name, offered }, check }) =>
        check?.kind === 'file' ? [{ name, fileKind: check.fileKind, offered }] : [],
      ),
      isApiNode: info['api_node'] === true,
      isGuess: isFromPack(info),
    };
  };

  return (info) => {
    const earlier = known.get(info);
    if (earlier !== undefined) return earlier;
    const described = read(info);
    known.set(info, described);
    return described;
  };
};

/** Whether a file that an input names is there for it. */
export const isThere = ({ offered }: FileInput, value: string, files: FileKnowledge): boolean =>
  offered?.has(value) === true || files.has(value);

/** The check that the loaders of ComfyUI bring: one reason for all of their files. */
const fileCheck = (inputs: readonly FileInput[], files: FileKnowledge): CustomValidation => ({
  inputNames: inputs.map(({ name }) => name),
  check: (values) => {
    for (const input of inputs) {
      const value = values[input.name];
      if (typeof value !== 'string') {
        throw createNodeError('AttributeError', `'${pythonTypeName(value)}' object has no attribute 'endswith'`);
      }
      if (!isThere(input, value, files)) return `Invalid ${input.fileKind} file: ${value}`;
    }
    return true;
  },
});

/** The class as an instance with these files has it. */
export const classWithFiles = ({ nodeClass, files }: DescribedClass, knowledge: FileKnowledge): NodeClass => ({
  ...nodeClass,
  inputs: (given) => {
    const inputs = nodeClass.inputs(given);
    const isListed = ({ name, offered }: InputConfig): boolean => {
      const value = given[name];
      return offered === null || typeof value !== 'string' || offered.has(value) || !knowledge.isSent(value);
    };
    return inputs.every(isListed) ? inputs : inputs.map((input) => (isListed(input) ? input : withoutList(input)));
  },
  customValidation: files.length === 0 ? undefined : fileCheck(files, knowledge),
});

/** The class as it may turn out to be: one that looks at its values by itself, and may take any. */
export const classAsGuess = (described: DescribedClass, knowledge: FileKnowledge): NodeClass =>
  described.isGuess ? { ...described.nodeClass, isLoose: true } : classWithFiles(described, knowledge);
