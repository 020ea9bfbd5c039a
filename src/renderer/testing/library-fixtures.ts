import type {
  Preflight,
  SavedWorkflow,
  WorkflowClasses,
  WorkflowContent,
  WorkflowField,
} from '#contract/models/library.ts';
import { fixtureNow, minutes } from './instance-fixtures.ts';

const field = (changes: Partial<WorkflowField>): WorkflowField => ({
  kind: 'other',
  label: '',
  help: '',
  isMultiline: false,
  isSeed: false,
  isAdvanced: false,
  isRequired: true,
  min: null,
  max: null,
  step: null,
  list: null,
  accepts: '',
  ...changes,
});

/** What the canned instances tell of ComfyUI's plainest classes. */
export const fixtureClasses: WorkflowClasses = {
  lists: [
    ['sd15.safetensors', 'sdxl-base.safetensors', 'juggernaut-xl.safetensors'],
    ['euler', 'euler_ancestral', 'heun', 'dpmpp_2m', 'dpmpp_2m_sde', 'uni_pc'],
    ['normal', 'karras', 'simple', 'sgm_uniform'],
    ['fox.png', 'mara/portrait.png'],
  ],
  classes: {
    CheckpointLoaderSimple: {
      title: 'Load Checkpoint',
      isOutput: false,
      fields: { ckpt_name: field({ kind: 'choice', list: 0, help: 'The name of the model to load.' }) },
    },
    CLIPTextEncode: {
      title: 'CLIP Text Encode (Prompt)',
      isOutput: false,
      fields: { text: field({ kind: 'text', isMultiline: true, help: 'The text to be encoded.' }) },
    },
    EmptyLatentImage: {
      title: 'Empty Latent Image',
      isOutput: false,
      fields: {
        width: field({ kind: 'integer', min: 16, max: 16_384, step: 8 }),
        height: field({ kind: 'integer', min: 16, max: 16_384, step: 8 }),
        batch_size: field({ kind: 'integer', min: 1, max: 4096 }),
      },
    },
    KSampler: {
      title: 'KSampler',
      isOutput: false,
      fields: {
        seed: field({ kind: 'integer', isSeed: true, min: 0, max: 18_446_744_073_709_552_000 }),
        steps: field({ kind: 'integer', min: 1, max: 10_000 }),
        cfg: field({ kind: 'number', min: 0, max: 100, step: 0.1 }),
        sampler_name: field({ kind: 'choice', list: 1 }),
        scheduler: field({ kind: 'choice', list: 2 }),
        denoise: field({ kind: 'number', min: 0, max: 1, step: 0.01 }),
      },
    },
    LoadImage: {
      title: 'Load Image',
      isOutput: false,
      fields: { image: field({ kind: 'file', list: 3, accepts: 'image' }) },
    },
    VAEDecode: { title: 'VAE Decode', isOutput: false, fields: {} },
    SaveImage: { title: 'Save Image', isOutput: true, fields: { filename_prefix: field({ kind: 'text' }) } },
  },
};

/** A graph of text to picture, as the editor names its nodes. */
export const fixturePrompt = (text: string, model = 'sdxl-base.safetensors'): WorkflowContent['prompt'] => ({
  '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: model }, _meta: { title: 'Load Checkpoint' } },
  '5': {
    class_type: 'EmptyLatentImage',
    inputs: { width: 1024, height: 1024, batch_size: 1 },
    _meta: { title: 'Size' },
  },
  '6': { class_type: 'CLIPTextEncode', inputs: { text, clip: ['4', 1] }, _meta: { title: 'Positive prompt' } },
  '7': {
    class_type: 'CLIPTextEncode',
    inputs: { text: 'blurry, watermark, low quality', clip: ['4', 1] },
    _meta: { title: 'Negative prompt' },
  },
  '3': {
    class_type: 'KSampler',
    inputs: {
      seed: 156_680_208_700_286,
      steps: 28,
      cfg: 6.5,
      sampler_name: 'dpmpp_2m_sde',
      scheduler: 'karras',
      denoise: 1,
      model: ['4', 0],
      positive: ['6', 0],
      negative: ['7', 0],
      latent_image: ['5', 0],
    },
    _meta: { title: 'KSampler' },
  },
  '8': { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] }, _meta: { title: 'VAE Decode' } },
  '9': {
    class_type: 'SaveImage',
    inputs: { filename_prefix: 'fox', images: ['8', 0] },
    _meta: { title: 'Save Image' },
  },
});

export const workflowId = (number: number): string => `00000000-0000-4000-a000-${String(number).padStart(12, '0')}`;

export interface CannedWorkflow {
  readonly workflow: SavedWorkflow;
  readonly content: WorkflowContent;
}

/** A saved workflow by its number. */
export const savedWorkflow = (number: number, changes: Partial<SavedWorkflow> = {}): CannedWorkflow => {
  const name = changes.name ?? `Workflow ${number}`;
  const content: WorkflowContent = {
    name,
    tags: changes.tags ?? [],
    prompt: fixturePrompt(`${name}, in soft morning light`),
    editor: null,
    pinned: [],
    seeds: {},
  };
  return {
    content,
    workflow: {
      id: workflowId(number),
      revision: 1,
      name,
      tags: content.tags,
      nodeCount: Object.keys(content.prompt).length,
      models: ['checkpoints/sdxl-base.safetensors'],
      picture: null,
      pictureChosen: false,
      createdAt: fixtureNow - minutes(60 * 24 * 9),
      changedAt: fixtureNow - minutes(number * 47),
      lastRunAt: number % 3 === 0 ? null : fixtureNow - minutes(number * 13),
      deletedAt: null,
      ...changes,
    },
  };
};

/** Everything can run everywhere, at once. */
export const readyPreflight = (instanceIds: readonly string[]): Preflight => ({
  instances: instanceIds.map((instanceId, index) => ({
    instanceId,
    isKnown: true,
    canRun: true,
    missingClasses: [],
    missingValues: [],
    unlistedValues: [],
    rejection: null,
    score: {
      instanceId,
      waitMs: index * 8000,
      startMs: 0,
      loadMs: index === 0 ? 0 : 9000,
      runMs: 12_000,
      finishMs: 12_000 + index * 17_000,
      missingModels: index === 0 ? [] : ['checkpoints/sdxl-base.safetensors'],
    },
  })),
  waiting: null,
  estimate: {
    startAt: fixtureNow,
    finishAt: fixtureNow + 12_000,
    earliestAt: fixtureNow + 10_000,
    latestAt: fixtureNow + 15_000,
  },
  queuedBefore: 0,
});
