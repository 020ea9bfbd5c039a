import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { type InstanceConfiguration, instanceConfigurationSchema } from '#contract/models/instance.ts';
import { mostTemplates } from '#contract/models/template.ts';
import type { TemplateDocument } from '../../ports/stores.ts';
import { createTemplateShelf } from './template-shelf.ts';

const configurationOf = (changes: Partial<InstanceConfiguration> = {}): InstanceConfiguration => ({
  ...instanceConfigurationSchema.parse({ id: 'one', name: 'One', comfyuiFolder: '/comfy' }),
  ...changes,
});

const createWorld = (document: TemplateDocument = { templates: [] }) => {
  const disk = { document, refuses: false };
  let ids = 0;
  const open = () =>
    createTemplateShelf({
      store: {
        load: async () => ({ document: disk.document, notices: [] }),
        save: async (next) => {
          if (disk.refuses) throw new StudioError('STORE_WRITE_FAILED');
          disk.document = next;
        },
      },
      makeId: () => {
        ids += 1;
        return `${ids}`;
      },
      now: () => 1000,
      onNotice: () => undefined,
    });
  return { disk, open, shelf: open() };
};

const own = async (shelf: ReturnType<typeof createTemplateShelf>) =>
  (await shelf.list()).filter(({ kind }) => kind === 'own').map(({ name }) => name);

const save = (name: string, configuration = configurationOf(), replaces?: string) => ({
  name,
  configuration,
  replaces,
});

describe('the templates', () => {
  it('begin with the three examples of the guide (002-C9)', async () => {
    expect(await createWorld().shelf.list()).toMatchObject([
      { kind: 'example', draft: { name: 'Default Instance', port: 8188, gpuDevice: 'auto', autoStart: true } },
      {
        kind: 'example',
        draft: { name: 'Character Gen - RTX 4090', port: 8189, gpuDevice: 'cuda:0', maxConcurrentWorkflows: 2 },
        asks: ['customNodesPath'],
      },
      {
        kind: 'example',
        draft: { name: 'Batch Processing - RTX 3080', port: 8190, gpuDevice: 'cuda:1', timeoutMs: 600_000 },
      },
    ]);
  });

  it('are there again after a restart, by name', async () => {
    const world = createWorld();
    await world.shelf.save(save('Night'));
    await world.shelf.save(save('Day'));
    expect(await own(world.open())).toEqual(['Day', 'Night']);
  });

  it('carry neither identity, secrets nor folders of one instance', async () => {
    const { shelf, disk } = createWorld();
    const folders = { ...configurationOf().folders, output: '/out', models: '/models' };
    const { template, leftOut } = await shelf.save(
      save('Night', configurationOf({ folders, environmentVariables: { HF_TOKEN: 'hf_secret', KEEP: '1' } })),
    );
    expect(template.draft).not.toHaveProperty('id');
    expect(template.draft).toMatchObject({
      folders: { output: '', models: '/models' },
      environmentVariables: { KEEP: '1' },
    });
    expect(leftOut).toEqual(['environmentVariables.HF_TOKEN', 'folders.output']);
    expect(JSON.stringify(disk.document)).not.toContain('hf_secret');
  });

  it('have names of their own, whatever the letter case, unless one takes the place of the other', async () => {
    const { shelf } = createWorld();
    const { template } = await shelf.save(save('Night'));
    await expect(shelf.save(save('night '))).rejects.toMatchObject({
      code: 'TEMPLATE_NAME_TAKEN',
      details: { name: 'Night', templateId: template.id },
    });
    await shelf.save(save('night', configurationOf({ port: 8300 }), template.id));
    expect(await shelf.list()).toMatchObject([{}, {}, {}, { id: template.id, name: 'night', draft: { port: 8300 } }]);
  });

  it('are deleted one by one, the examples never', async () => {
    const { shelf } = createWorld();
    const { template } = await shelf.save(save('Night'));
    await expect(shelf.remove('example-default')).rejects.toMatchObject({ code: 'TEMPLATE_NOT_FOUND' });
    expect(await shelf.remove(template.id)).toEqual(template);
    expect(await own(shelf)).toEqual([]);
  });

  it('stay as they were when the disk refuses', async () => {
    const { shelf, disk } = createWorld();
    await shelf.save(save('Night'));
    disk.refuses = true;
    await expect(shelf.save(save('Day'))).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
    expect(await own(shelf)).toEqual(['Night']);
    disk.refuses = false;
    await shelf.save(save('Day'));
    expect(await own(shelf)).toEqual(['Day', 'Night']);
  });

  it('are kept one after the other, however fast they come', async () => {
    const { shelf } = createWorld();
    const results = await Promise.allSettled(['A', 'B', 'A', 'C'].map((name) => shelf.save(save(name))));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(await own(shelf)).toEqual(['A', 'B', 'C']);
  });

  it('have an end', async () => {
    const [template] = (await createWorld().shelf.list()).slice(0, 1);
    if (template === undefined) throw new Error('there are examples');
    const templates = Array.from({ length: mostTemplates }, (_, index) => ({
      ...template,
      id: `t${index}`,
      name: `T${index}`,
      kind: 'own' as const,
    }));
    await expect(createWorld({ templates }).shelf.save(save('One more'))).rejects.toMatchObject({
      code: 'INPUT_TOO_LARGE',
    });
  });
});
