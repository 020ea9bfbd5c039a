import { describe, expect, it } from 'vitest';
import { containedPath } from './contained-path.ts';
import { extraPlacesOf, parseModelPathsYaml } from './extra-model-paths.ts';
import { modelFoldersOf } from './model-folders.ts';

const yaml = `# a comment
comfyui:
    base_path: /data/comfy/   # trailing comment
    is_default: true
    checkpoints: models/checkpoints/
    text_encoders: |
        models/text_encoders/
        models/clip/  # not a comment inside a block
    loras: "models/my loras"
other:
  clip: relative/clip
  unet: \${MODELS}/unet
  custom_nodes: /data/nodes
`;

describe('extra_model_paths.yaml', () => {
  it('sections, quotes, comments and blocks', () => {
    const [first, second] = parseModelPathsYaml(yaml);
    expect(first?.name).toBe('comfyui');
    expect(first?.entries.get('base_path')).toBe('/data/comfy/');
    expect(first?.entries.get('loras')).toBe('models/my loras');
    expect(first?.entries.get('text_encoders')?.split('\n')).toHaveLength(2);
    expect([...(second?.entries.keys() ?? [])]).toEqual(['clip', 'unet', 'custom_nodes']);
  });

  it('places: below base_path, relative to the file, several lines, default first', () => {
    const places = extraPlacesOf(yaml.replace('  # not a comment inside a block', ''), '/etc/comfy/extra.yaml', {});
    expect(places).toEqual([
      { folder: 'checkpoints', path: '/data/comfy/models/checkpoints', first: true },
      { folder: 'text_encoders', path: '/data/comfy/models/text_encoders', first: true },
      { folder: 'text_encoders', path: '/data/comfy/models/clip', first: true },
      { folder: 'loras', path: '/data/comfy/models/my loras', first: true },
      { folder: 'clip', path: '/etc/comfy/relative/clip', first: false },
      { folder: 'unet', path: `/etc/comfy/\${MODELS}/unet`, first: false },
      { folder: 'custom_nodes', path: '/data/nodes', first: false },
    ]);
  });

  it('variables and the home folder in base_path', () => {
    const text = 'a:\n  base_path: $MODELS/x\n  vae: y\nb:\n  base_path: ~/m\n  vae: z\n';
    const paths = extraPlacesOf(text, '/e/x.yaml', { MODELS: '/m' }).map(({ path }) => path);
    expect(paths[0]).toBe('/m/x/y');
    expect(paths[1]).toMatch(/^\/.+\/m\/z$/);
    expect(paths[1]).not.toContain('~');
  });

  it('what is no mapping names nothing', () => {
    expect(extraPlacesOf('- a\n- b\njust text\n', '/e/x.yaml', {})).toEqual([]);
  });
});

describe('model folders', () => {
  const roots = { base: '/b', models: '/b/models', output: '/b/output' };
  const placesOf = (name: string, ...extras: Parameters<typeof modelFoldersOf>[1]): readonly string[] | undefined =>
    modelFoldersOf(roots, extras).find((folder) => folder.name === name)?.places;

  it('extra places come behind, those of a default section before the own ones', () => {
    expect(placesOf('loras', { folder: 'loras', path: '/x', first: false })).toEqual([
      '/b/models/loras',
      '/x',
      '/b/output/loras',
    ]);
    expect(placesOf('loras', { folder: 'loras', path: '/x', first: true })).toEqual([
      '/x',
      '/b/models/loras',
      '/b/output/loras',
    ]);
  });

  it('a place is there once', () => {
    expect(placesOf('loras', { folder: 'loras', path: '/b/models/loras', first: false })).toEqual([
      '/b/models/loras',
      '/b/output/loras',
    ]);
  });

  it('old names mean the new folders, unknown ones make new folders', () => {
    expect(placesOf('text_encoders', { folder: 'clip', path: '/x', first: false })).toContain('/x');
    expect(placesOf('diffusion_models', { folder: 'unet', path: '/x', first: false })).toContain('/x');
    expect(placesOf('my_models', { folder: 'my_models', path: '/x', first: false })).toEqual(['/x']);
  });
});

describe('containedPath', () => {
  it.each([
    ['a/b.png', '/root/a/b.png'],
    ['', '/root'],
    ['a/../b', '/root/b'],
    ['..', null],
    ['../rootless', null],
    ['/etc/passwd', null],
    ['a/../../x', null],
  ])('%s', (relative, expected) => {
    expect(containedPath('/root', relative)).toBe(expected);
  });
});
