import type { GalleryDetails } from '#contract/models/gallery.ts';
import { fixtureNow, minutes } from './instance-fixtures.ts';
import { jobId } from './job-fixtures.ts';

const prompts = [
  'a lighthouse in a storm, waves against the rocks, oil painting',
  'portrait of a fox in a red scarf, studio light',
  'isometric bakery, morning light, tiny people queueing',
  'an abandoned greenhouse overgrown with ferns, volumetric light',
  'paper boat on a puddle, city lights reflected, 35 mm',
  'a village of stilt houses above a turquoise lagoon',
] as const;

const sizes = [
  [1024, 1024],
  [832, 1216],
  [1216, 832],
  [768, 768],
] as const;

const instances = ['character-gen', 'video-lab', 'upscale-box'] as const;

/** One result with all that is known of it; `changes` replaces parts. */
export const galleryItem = (id: number, changes: Partial<GalleryDetails> = {}): GalleryDetails => {
  const [width, height] = sizes[id % sizes.length] ?? sizes[0];
  const name = `ComfyUI_${String(id).padStart(5, '0')}_.png`;
  const folder = `/home/mara/atelier/instances/${instances[id % instances.length]}/output`;
  const prompt = prompts[id % prompts.length] ?? prompts[0];
  return {
    id,
    kind: 'image',
    state: 'ready',
    name,
    title: prompt,
    text: '',
    width,
    height,
    sizeBytes: 1_480_000 + id * 1311,
    createdAt: fixtureNow - minutes(id * 37),
    version: `v${id}`,
    instanceId: instances[id % instances.length] ?? null,
    jobId: jobId(5000 + id),
    isFile: true,
    folder,
    path: `${folder}/${name}`,
    storage: 'output',
    knownFrom: 'job',
    positive: prompt,
    negative: 'blurry, low quality, watermark',
    models: ['checkpoints/dreamshaper_8.safetensors', 'loras/detail-tweaker.safetensors'],
    samplers: [
      {
        nodeId: '3',
        classType: 'KSampler',
        seed: String(884_213_000 + id),
        steps: 28,
        cfg: 6.5,
        sampler: 'dpmpp_2m',
        scheduler: 'karras',
        denoise: 1,
      },
    ],
    workflow: {
      key: `w${id % 2}`,
      kind: id % 2 === 0 ? 'text-to-image' : 'image-to-image',
      nodeCount: 7 + (id % 2) * 2,
    },
    ...changes,
  };
};

const poem =
  'The lamp turns once, and once again,\nand every ship that hears the rain\ncounts seconds till it turns once more.';

/** A gallery as one would have it after a few days: pictures of many sizes, a film, a sound, a text, and what went wrong. */
export const galleryItems = (count = 64): readonly GalleryDetails[] =>
  Array.from({ length: count }, (_, index) => {
    const id = index + 1;
    switch (id) {
      case 3:
        return galleryItem(id, { kind: 'animation', name: 'walk_00003_.webp' });
      case 5:
        return galleryItem(id, { kind: 'video', name: 'harbour_00005_.mp4', width: 1280, height: 720 });
      case 8:
        return galleryItem(id, { kind: 'audio', name: 'rain_00008_.flac', width: null, height: null });
      case 9:
        return galleryItem(id, {
          kind: 'text',
          name: '',
          text: poem,
          width: null,
          height: null,
          isFile: false,
          storage: 'job',
          folder: null,
          path: null,
        });
      case 10:
        return galleryItem(id, { state: 'writing', width: null, height: null });
      case 12:
        return galleryItem(id, { state: 'damaged', width: null, height: null });
      case 13:
        return galleryItem(id, { jobId: null, knownFrom: 'file', instanceId: null });
      case 14:
        return galleryItem(id, {
          jobId: null,
          knownFrom: 'none',
          title: '',
          positive: '',
          negative: '',
          models: [],
          samplers: [],
          workflow: null,
          name: 'scan from the archive <script>alert(1)</script> 🦊 مرحبا with a name that does not end when one would like it to.png',
        });
      case 15:
        return galleryItem(id, { kind: 'other', name: 'statue_00015_.glb', width: null, height: null });
      default:
        return galleryItem(id);
    }
  });
