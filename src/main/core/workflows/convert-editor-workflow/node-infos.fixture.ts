import type { NodeInfo } from '#core/ports/comfy-reader.ts';
import type { KnownClass } from './convert-editor-workflow.ts';

const nodeInfo = (
  name: string,
  required: Readonly<Record<string, unknown>>,
  output: readonly string[],
  more: Readonly<Record<string, unknown>> = {},
): NodeInfo => ({
  name,
  display_name: `${name} node`,
  input: { required, ...('optional' in more ? { optional: more['optional'] } : {}) },
  input_order: { required: Object.keys(required) },
  output,
  output_name: output,
  output_node: more['output_node'] === true,
});

const infos: Readonly<Record<string, NodeInfo>> = {
  Loader: nodeInfo('Loader', { ckpt_name: [['a.safetensors', 'b.safetensors'], {}] }, ['MODEL', 'CLIP', 'VAE']),
  Encode: nodeInfo('Encode', { text: ['STRING', { multiline: true, dynamicPrompts: true }], clip: ['CLIP', {}] }, [
    'CONDITIONING',
  ]),
  Empty: nodeInfo('Empty', { width: ['INT', { default: 512 }], height: ['INT', { default: 512 }] }, ['LATENT']),
  Sampler: nodeInfo(
    'Sampler',
    {
      model: ['MODEL', {}],
      seed: ['INT', { default: 0, control_after_generate: true }],
      steps: ['INT', { default: 20, min: 1 }],
      cfg: ['FLOAT', { default: 8 }],
      sampler_name: [['euler', 'heun'], {}],
      positive: ['CONDITIONING', {}],
      latent: ['LATENT', {}],
      tiled: ['BOOLEAN', { default: false }],
    },
    ['LATENT'],
  ),
  OldSeed: nodeInfo('OldSeed', { noise_seed: ['INT', { default: 0 }], mode: [['fixed', 'free'], {}] }, ['INT']),
  Decode: nodeInfo('Decode', { samples: ['LATENT', {}], vae: ['VAE', {}] }, ['IMAGE']),
  Scale: nodeInfo('Scale', { image: ['IMAGE', {}], by: ['FLOAT', { default: 2 }] }, ['IMAGE']),
  Load: nodeInfo('Load', { image: [['a.png'], { image_upload: true }] }, ['IMAGE', 'MASK']),
  Save: nodeInfo('Save', { images: ['IMAGE', {}], filename_prefix: ['STRING', { default: 'out' }] }, [], {
    output_node: true,
  }),
  Film: nodeInfo(
    'Film',
    {
      images: ['IMAGE', {}],
      format: [
        'COMFY_DYNAMICCOMBO_V3',
        {
          options: [
            { key: 'auto', inputs: { required: {} } },
            {
              key: 'mp4',
              inputs: {
                required: {
                  crf: ['FLOAT', { default: 23 }],
                  codec: [
                    'COMFY_DYNAMICCOMBO_V3',
                    { options: [{ key: 'h264', inputs: { required: { fast: ['BOOLEAN', { default: true }] } } }] },
                  ],
                },
              },
            },
          ],
        },
      ],
      name: ['STRING', { default: 'film' }],
    },
    [],
    { output_node: true },
  ),
  Points: nodeInfo('Points', { color: ['COLOR', { default: '#fff' }], points: ['BOUNDING_BOX', {}] }, ['MASK']),
  Forced: nodeInfo('Forced', { text: ['STRING', { forceInput: true }], size: ['INT', { default: 3 }] }, ['STRING']),
  Many: nodeInfo('Many', { images: ['COMFY_AUTOGROW_V3', { template: {} }], gap: ['INT', { default: 0 }] }, ['IMAGE']),
};

/** Classes as instances describe theirs, with each kind of input that the editor saves in a way of its own. */
export const knownClass: KnownClass = (classType) => (Object.hasOwn(infos, classType) ? infos[classType] : undefined);

export const knownClasses: readonly string[] = Object.keys(infos);
