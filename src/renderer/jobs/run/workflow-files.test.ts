import { describe, expect, it } from 'vitest';
import { readPngWorkflow } from './png-workflow.ts';
import { readWorkflowFile } from './read-workflow-file.ts';
import { countSeeds, withNewSeeds } from './seed-variation.ts';
import { starters } from './starters.ts';

const prompt = {
  '1': { class_type: 'KSampler', inputs: { seed: 1, steps: 20, model: ['4', 0] } },
  '2': { class_type: 'RandomNoise', inputs: { noise_seed: 2 } },
  '3': { class_type: 'KSampler', inputs: { seed: ['9', 0] } },
};

describe('new seeds', () => {
  it('counts seeds of the graph itself, not links', () => {
    expect(countSeeds(prompt)).toBe(2);
  });

  it('changes them and nothing else', () => {
    let asked = 0;
    const changed = withNewSeeds(prompt, () => {
      asked += 1;
      return asked / 4;
    });
    expect(changed).toEqual({
      '1': { class_type: 'KSampler', inputs: { seed: 2 ** 51, steps: 20, model: ['4', 0] } },
      '2': { class_type: 'RandomNoise', inputs: { noise_seed: 2 ** 52 } },
      '3': prompt['3'],
    });
    expect(prompt['1'].inputs.seed).toBe(1);
  });

  it('makes numbers that JSON carries exactly', () => {
    const seed = withNewSeeds(prompt, () => 0.999_999_999_999)['1']?.inputs['seed'];
    expect(Number.isSafeInteger(seed)).toBe(true);
  });
});

const chunk = (type: string, data: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(12 + data.length);
  new DataView(bytes.buffer).setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  return bytes;
};
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const png = (...chunks: Uint8Array[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([[137, 80, 78, 71, 13, 10, 26, 10], ...chunks.map((one) => [...one])].flat());

describe('a picture of ComfyUI', () => {
  it('carries its workflow as tEXt', () => {
    const bytes = png(
      chunk('IHDR', new Uint8Array(13)),
      chunk('tEXt', text('workflow\0{"ui":1}')),
      chunk('tEXt', text('prompt\0{"1":{}}')),
    );
    expect(readPngWorkflow(bytes)).toBe('{"1":{}}');
  });

  it('or as iTXt', () => {
    expect(readPngWorkflow(png(chunk('iTXt', text('prompt\0\0\0en\0Prompt\0{"ü":1}'))))).toBe('{"ü":1}');
  });

  it.each([
    ['no picture', text('{"1":{}}')],
    ['none inside', png(chunk('IDAT', new Uint8Array(4)), chunk('IEND', new Uint8Array(0)))],
    ['cut off', png(chunk('tEXt', text('prompt\0{"1":{}}'))).slice(0, 24)],
    ['a length beyond the file', png(Uint8Array.from([255, 255, 255, 255, ...text('tEXt'), 0, 0, 0, 0]))],
  ])('gives nothing for %s', (_case, bytes) => {
    expect(readPngWorkflow(bytes)).toBeNull();
  });

  it('is refused in words when it carries none', async () => {
    const file = new File([png(chunk('IEND', new Uint8Array(0)))], 'a.png');
    await expect(readWorkflowFile(file)).rejects.toMatchObject({ code: 'WORKFLOW_INVALID' });
  });

  it('is not read at all when it is far too large', async () => {
    const file = new File(['{}'], 'huge.json');
    Object.defineProperty(file, 'size', { value: 200_000_000 });
    await expect(readWorkflowFile(file)).rejects.toMatchObject({ code: 'INPUT_TOO_LARGE' });
  });
});

describe('the bundled examples', () => {
  it('begin with text to image and hold a graph each', () => {
    expect(starters).toHaveLength(Object.keys(import.meta.glob('../../../../resources/workflows/*.json')).length);
    expect(starters[0]?.name).toBe('text-to-image');
    for (const { text: json } of starters) expect(Object.keys(JSON.parse(json) as object).length).toBeGreaterThan(2);
  });
});
