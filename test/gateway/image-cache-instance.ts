import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { bodyOf, type ScriptedInstance, startScriptedInstance } from './scripted-instance.ts';

/*
 * An instance with the image cache of krita-ai-diffusion's nodes (field.md 5.1): pictures are put into the memory of one ComfyUI process
 * before the prompt that reads them, and results are fetched from it.
 */

const nodeClass = (name: string, input: Readonly<Record<string, unknown>>, output: readonly string[]): unknown => ({
  input: { required: input },
  input_order: { required: Object.keys(input) },
  is_input_list: false,
  output,
  output_is_list: output.map(() => false),
  output_name: output,
  name,
  display_name: name,
  description: '',
  python_module: 'custom_nodes.comfyui-tooling-nodes',
  category: 'external_tooling',
  output_node: output.length === 0,
});

const classes = {
  ETN_LoadImageCache: nodeClass('ETN_LoadImageCache', { id: ['STRING', { default: '' }] }, ['IMAGE', 'MASK']),
  ETN_SaveImageCache: nodeClass(
    'ETN_SaveImageCache',
    { images: ['IMAGE'], format: ['STRING', { default: 'PNG' }] },
    [],
  ),
};

/** A graph that hands a cached picture back under a new id. */
export const cachedPicture = (id: string) => ({
  '1': { class_type: 'ETN_LoadImageCache', inputs: { id } },
  '2': { class_type: 'ETN_SaveImageCache', inputs: { images: ['1', 0], format: 'PNG' } },
});

export interface ImageCacheInstance extends ScriptedInstance {
  /** Ids of the pictures that lie here, with their bytes. */
  readonly images: ReadonlyMap<string, Buffer>;
}

/** Jobs take `delayMs`; the result of one is its picture, under an id that names this instance. */
export const startImageCacheInstance = async (label: string, delayMs: () => number): Promise<ImageCacheInstance> => {
  const images = new Map<string, Buffer>();
  const route = async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const id = /^\/(?:api\/)?etn\/image\/([^/?]+)$/.exec(request.url ?? '')?.[1];
    if (id === undefined) return false;
    if (request.method === 'PUT') {
      images.set(id, await bodyOf(request));
      response.writeHead(200).end();
      return true;
    }
    const image = images.get(id);
    if (image === undefined) return false;
    response.writeHead(200, { 'content-type': 'image/png' }).end(image);
    return true;
  };
  const instance = await startScriptedInstance({
    classes,
    route,
    run: async ({ promptId, graph, tell, signal }) => {
      const id = String(graph['1']?.inputs['id']);
      tell('executing', { node: '1', display_node: '1' });
      const image = images.get(id);
      if (image === undefined) throw new Error(`there is no image ${id} here`);
      await wait(delayMs(), undefined, { signal });
      const resultId = `${label}-${promptId}`;
      images.set(resultId, image);
      return { '2': { images: [{ source: 'http', id: resultId }] } };
    },
  });
  return { ...instance, images };
};
