import type { Prompt, PromptNode, WorkflowInspection } from '#contract/models/workflow.ts';

type InputFile = WorkflowInspection['inputFiles'][number];

/** Loader classes of ComfyUI and of the usual packs, and the input that names a file in the input folder. */
const fileInputs: Readonly<Record<string, readonly string[]>> = {
  LoadImage: ['image'],
  LoadImageMask: ['image'],
  LoadLatent: ['latent'],
  LoadAudio: ['audio'],
  LoadVideo: ['file'],
  Load3D: ['model_file'],
  VHS_LoadVideo: ['video'],
  VHS_LoadAudioUpload: ['audio'],
};

const fileName =
  /\.(?:png|jpe?g|webp|gif|bmp|tiff?|avif|exr|mp4|webm|mov|mkv|avi|wav|mp3|flac|ogg|m4a|opus|latent|glb|gltf|obj)$/iu;

/** What a value may end with where it names what is meant without it, too. */
const inputAnnotation = / \[input\]$/u;

/** Values may end with the folder in brackets; files of the output and temp folders are not uploaded. */
const annotation = / \[(?<folder>input|output|temp)\]$/u;

/** Whether a value names a picture, a sound, a film or another file that comes with a job, whatever folder it is in. */
export const namesMediaFile = (value: string): boolean => fileName.test(value.replace(annotation, ''));

const namesInputFile = (node: PromptNode, inputName: string, value: string): boolean => {
  if (value === '' || (annotation.exec(value)?.groups?.['folder'] ?? 'input') !== 'input') return false;
  const known = Object.hasOwn(fileInputs, node.class_type) ? fileInputs[node.class_type] : undefined;
  if (known !== undefined) return known.includes(inputName);
  // Loaders of other packs: what is called a load and names a picture, a sound or a film.
  return /load/iu.test(node.class_type) && namesMediaFile(value);
};

/** Inputs that name a file in the input folder, in the order of the graph. */
export const inputFilesOf = (prompt: Prompt): readonly InputFile[] =>
  Object.entries(prompt).flatMap(([nodeId, node]) =>
    Object.entries(node.inputs).flatMap(([inputName, value]): InputFile[] =>
      typeof value === 'string' && namesInputFile(node, inputName, value) ? [{ nodeId, inputName, value }] : [],
    ),
  );

/**
 * The graph with the names of uploaded files replaced by those that ComfyUI stored them under, since it renames a file whose name is
 * taken by other content (comfyui-protocol.md 4.8). Names are as graphs have them: `x.png`, `folder/x.png`, `x.png [output]`. Nothing
 * else is touched.
 */
export const renameInputFiles = (prompt: Prompt, storedNames: ReadonlyMap<string, string>): Prompt => {
  const storedName = (value: unknown): unknown => {
    if (typeof value !== 'string') return value;
    return storedNames.get(value) ?? storedNames.get(value.replace(inputAnnotation, '')) ?? value;
  };
  return Object.fromEntries(
    Object.entries(prompt).map(([nodeId, node]) => {
      const inputs = Object.fromEntries(Object.entries(node.inputs).map(([name, value]) => [name, storedName(value)]));
      return [nodeId, { ...node, inputs }];
    }),
  );
};
