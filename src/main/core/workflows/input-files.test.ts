import { describe, expect, it } from 'vitest';
import type { Prompt } from '#contract/models/workflow.ts';
import { inputFilesOf, renameInputFiles } from './input-files.ts';

const node = (class_type: string, inputs: Record<string, unknown>): Prompt => ({ '1': { class_type, inputs } });

describe('inputFilesOf', () => {
  it.each<[string, Prompt, string[]]>([
    ['the picture of LoadImage', node('LoadImage', { image: 'a.png', upload: 'image' }), ['image']],
    ['one named with its folder', node('LoadImage', { image: 'a.png [input]' }), ['image']],
    ['not one of the output folder', node('LoadImage', { image: 'a.png [output]' }), []],
    ['not one of the temp folder', node('LoadImageMask', { image: 'a.png [temp]', channel: 'red' }), []],
    ['the film of a video pack', node('VHS_LoadVideo', { video: 'a.mp4' }), ['video']],
    ['what an unknown loader names', node('MyLoadPicture', { file: 'dir/a.webp', mode: 'x' }), ['file']],
    ['not a model', node('CheckpointLoaderSimple', { ckpt_name: 'a.safetensors' }), []],
    ['not the text of an encoder', node('CLIPTextEncode', { text: 'a.png' }), []],
    ['not the name of a saver', node('SaveImage', { filename_prefix: 'a.png' }), []],
    ['not a link', node('LoadImage', { image: ['2', 0] }), []],
    ['not an empty name', node('LoadImage', { image: '' }), []],
    ['no class of the prototype', node('constructor', { image: 'a.png' }), []],
  ])('%s', (_name, prompt, names) => {
    expect(inputFilesOf(prompt).map(({ inputName }) => inputName)).toEqual(names);
  });
});

describe('renameInputFiles', () => {
  it('writes the stored names and nothing else', () => {
    const prompt: Prompt = {
      '1': { class_type: 'LoadImage', inputs: { image: 'a.png', other: ['2', 0] }, _meta: { title: 'a.png' } },
      '2': { class_type: 'LoadImage', inputs: { image: 'a.png [input]' } },
      '3': { class_type: 'LoadImage', inputs: { image: 'b.png' } },
    };
    const before = structuredClone(prompt);
    expect(renameInputFiles(prompt, new Map([['a.png', 'a (1).png']]))).toEqual({
      '1': { class_type: 'LoadImage', inputs: { image: 'a (1).png', other: ['2', 0] }, _meta: { title: 'a.png' } },
      '2': { class_type: 'LoadImage', inputs: { image: 'a (1).png' } },
      '3': { class_type: 'LoadImage', inputs: { image: 'b.png' } },
    });
    expect(prompt).toEqual(before);
  });
});
