import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { workflowInspectionSchema } from '#contract/models/workflow.ts';
import { messageLimits } from '#contract/wire.ts';
import { inspectWorkflow } from './inspect-workflow.ts';
import type { OutputKnowledge } from './output-nodes.ts';

const graph = {
  '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'sd15.safetensors' } },
  '7': { class_type: 'CLIPTextEncode', inputs: { text: 'blurry, ugly', clip: ['4', 1] } },
  '6': { class_type: 'CLIPTextEncode', inputs: { text: 'a red  fox\nin the snow', clip: ['4', 1] } },
  '10': { class_type: 'LoadImage', inputs: { image: 'fox.png' } },
  '3': { class_type: 'KSampler', inputs: { positive: ['6', 0], negative: ['7', 0], model: ['4', 0], seed: 1 } },
  '9': { class_type: 'SaveImage', inputs: { images: ['3', 0], filename_prefix: 'x' } },
};

const failure = (text: string, knowledge?: OutputKnowledge): { code: string; details: unknown } => {
  try {
    inspectWorkflow(text, 'file.json', knowledge);
  } catch (error) {
    if (error instanceof StudioError) return { code: error.code, details: error.details };
    throw error;
  }
  throw new Error('accepted');
};

describe('inspectWorkflow', () => {
  it('tells what is in a graph', () => {
    const inspection = workflowInspectionSchema.parse(inspectWorkflow(JSON.stringify(graph), 'fox.json'));
    expect(inspection).toEqual({
      prompt: graph,
      nodeCount: 6,
      classTypes: ['CLIPTextEncode', 'CheckpointLoaderSimple', 'KSampler', 'LoadImage', 'SaveImage'],
      inputFiles: [{ nodeId: '10', inputName: 'image', value: 'fox.png' }],
      title: 'a red fox in the snow',
      source: 'api',
      notes: [],
      seeds: {},
    });
  });

  it.each([
    ['a request body', { prompt: graph, client_id: 'me' }],
    ['a request body in another', { prompt: { prompt: graph } }],
  ])('sees through %s', (_name, value) => {
    expect(inspectWorkflow(JSON.stringify(value), '').prompt).toEqual(graph);
  });

  it('does not take a node called prompt for a wrapper', () => {
    const value = { prompt: { class_type: 'SaveImage', inputs: {} } };
    expect(inspectWorkflow(JSON.stringify(value), '').prompt).toEqual(value);
  });

  it('reads a file with a byte order mark', () => {
    expect(inspectWorkflow(`\uFEFF${JSON.stringify(graph)}`, '').nodeCount).toBe(6);
  });

  it('keeps fields that it does not know', () => {
    const value = { '1': { class_type: 'SaveImage', inputs: {}, _meta: { title: 'T', x: 1 }, is_changed: ['a'] } };
    expect(inspectWorkflow(JSON.stringify(value), '').prompt).toEqual(value);
  });

  it.each([
    ['no JSON', '{"1": ', 'WORKFLOW_NOT_JSON'],
    ['nothing', '', 'WORKFLOW_NOT_JSON'],
    ['a picture', '\u0089PNG\r\n', 'WORKFLOW_NOT_JSON'],
    ['a list', '[]', 'WORKFLOW_INVALID'],
    ['a number', '3', 'WORKFLOW_INVALID'],
    ['null', 'null', 'WORKFLOW_INVALID'],
    ['an empty object', '{}', 'WORKFLOW_INVALID'],
    ['an editor file', JSON.stringify({ nodes: [{}], links: [], version: 0.4 }), 'WORKFLOW_UI_FORMAT'],
    ['an editor file in a body', JSON.stringify({ prompt: { nodes: [], links: [] } }), 'WORKFLOW_UI_FORMAT'],
    ['an editor file with links by id', JSON.stringify({ nodes: [{}], links: {} }), 'WORKFLOW_UI_FORMAT'],
  ])('refuses %s', (_name, text, code) => {
    expect(failure(text).code).toBe(code);
  });

  it('advises how to export an editor file', () => {
    expect(failure(JSON.stringify({ nodes: [{}, {}], links: [], version: 0.4 })).details).toEqual({
      nodeCount: 2,
      version: '0.4',
      advice: 'export-api',
    });
  });

  it('names every entry that is no node', () => {
    const value = {
      a: 1,
      b: { inputs: {} },
      c: { class_type: 'X' },
      d: { class_type: 'X', inputs: [] },
      e: graph['9'],
    };
    expect(failure(JSON.stringify(value)).details).toEqual({
      problemCount: 4,
      problems: [
        { nodeId: 'a', problem: 'not-an-object' },
        { nodeId: 'b', problem: 'class-type-missing' },
        { nodeId: 'c', problem: 'inputs-missing' },
        { nodeId: 'd', problem: 'inputs-missing' },
      ],
    });
  });

  it('refuses a text that is too large before it parses it', () => {
    const text = `{"x":"${'y'.repeat(messageLimits.workflowMaxCharacters)}`;
    expect(failure(text)).toEqual({
      code: 'INPUT_TOO_LARGE',
      details: { characters: text.length, maxCharacters: messageLimits.workflowMaxCharacters },
    });
  });

  it('refuses values nested so deep that they could not be sent on', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(failure(`{"1":{"class_type":"SaveImage","inputs":{"x":${deep}}}}`)).toMatchObject({
      code: 'WORKFLOW_INVALID',
      details: { problems: [{ nodeId: '1', problem: 'nested-too-deep' }] },
    });
  });
});

describe('output nodes', () => {
  const loop = {
    '1': { class_type: 'ImageInvert', inputs: { image: ['2', 0] } },
    '2': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
  };
  const knows =
    (outputs: Readonly<Record<string, boolean>>): OutputKnowledge =>
    (classType) =>
      outputs[classType] ?? null;

  it('a graph that only goes round has none', () => {
    expect(failure(JSON.stringify(loop)).code).toBe('WORKFLOW_NO_OUTPUTS');
  });

  it('instances know better than the shape of the graph', () => {
    const text = JSON.stringify({ '1': { class_type: 'EmptyImage', inputs: {} } });
    expect(inspectWorkflow(text, '').nodeCount).toBe(1);
    expect(failure(text, knows({ EmptyImage: false })).code).toBe('WORKFLOW_NO_OUTPUTS');
    expect(inspectWorkflow(text, '', knows({ EmptyImage: true })).nodeCount).toBe(1);
  });

  it('an output that another node uses is one all the same', () => {
    const text = JSON.stringify({
      ...loop,
      '3': { class_type: 'Show', inputs: { x: ['1', 0] } },
      '4': { class_type: 'Pass', inputs: { y: ['3', 0] } },
    });
    expect(inspectWorkflow(text, '', knows({ ImageInvert: false, Show: true, Pass: false })).nodeCount).toBe(4);
  });
});

describe('the title', () => {
  it.each([
    [
      'falls back on the first text',
      { '1': { class_type: 'A', inputs: { text: 'one' } }, '2': { class_type: 'B', inputs: { text: 'two' } } },
      'one',
    ],
    ['falls back on the file', { '1': { class_type: 'A', inputs: { text: ' ' } } }, 'name of file'],
    ['does not follow a link to nowhere', { '1': { class_type: 'A', inputs: { positive: ['9', 0] } } }, 'name of file'],
    ['is cut', { '1': { class_type: 'A', inputs: { text: 'x'.repeat(100) } } }, `${'x'.repeat(79)}…`],
  ])('%s', (_name, prompt, title) => {
    expect(inspectWorkflow(JSON.stringify(prompt), 'name of file.JSON').title).toBe(title);
  });
});
