/** A model as ComfyUI lists it: the kind (checkpoints, loras, …; empty = unknown) and the path below the folder of that kind. */
export interface ModelName {
  readonly kind: string;
  readonly name: string;
}

/** Under which name the models that were seen before are kept beside the journal. */
export const modelsKeptAs = 'models-before.json';

/** Endings that ComfyUI loads from (comfyui-protocol.md 2.2). */
export const modelEndings = ['.ckpt', '.pt', '.pt2', '.bin', '.pth', '.safetensors', '.pkl', '.sft', '.gguf', '.onnx'];

const withSlashes = (name: string): string => name.replaceAll('\\', '/');

/**
 * Models that were seen before and are not any more. Kinds are compared only where both sides tell them: a folder says "clip" where
 * a newer ComfyUI says "text_encoders", so that a file found on disk is looked for by its path below any kind.
 */
export const missingModels = (before: readonly ModelName[], after: readonly ModelName[]): readonly string[] => {
  const names = new Set(after.map(({ name }) => withSlashes(name)));
  const isSeen = ({ kind, name }: ModelName): boolean => {
    const path = withSlashes(name);
    return names.has(path) || (kind !== '' && names.has(`${kind}/${path}`));
  };
  return [
    ...new Set(
      before.filter((model) => !isSeen(model)).map(({ kind, name }) => (kind === '' ? name : `${kind}/${name}`)),
    ),
  ];
};

/** A file below a models folder as ComfyUI would list it: its first folder is the kind. */
export const modelOfPath = (path: string): ModelName => {
  const parts = withSlashes(path).split('/');
  return parts.length < 2 ? { kind: '', name: path } : { kind: parts[0] ?? '', name: parts.slice(1).join('/') };
};
