import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import type { WorkflowContent } from '#contract/models/library.ts';
import { editorFromPrompt } from '../convert-editor-workflow/editor-from-prompt.ts';
import { knownClass } from '../convert-editor-workflow/node-infos.fixture.ts';
import type { ClassKnowledge } from '../inspect-workflow.ts';
import { exportWorkflows, fileNameOf, readWorkflowFile } from './exchange.ts';
import { shareWorkflow } from './share-workflow.ts';

const classes: ClassKnowledge = {
  known: knownClass,
  isOutput: (classType) =>
    knownClass(classType) === undefined ? null : knownClass(classType)?.['output_node'] === true,
  isAnyKnown: true,
};

const content: WorkflowContent = {
  name: 'Fox: "red" / blue',
  tags: ['animals'],
  prompt: {
    '1': { class_type: 'Load', inputs: { image: 'a.png' }, _meta: { title: 'Picture' } },
    '9': { class_type: 'Save', inputs: { images: ['1', 0], filename_prefix: 'fox' }, _meta: { title: 'Save' } },
  },
  editor: null,
  pinned: [{ nodeId: '1', inputName: 'image' }],
  seeds: {},
};
const picture = { contentType: 'image/webp', base64: 'AAAA', revision: 3, isChosen: true };

const editorText = (): string => {
  const made = editorFromPrompt(content.prompt, knownClass);
  if (!('file' in made)) throw new Error('unknown classes');
  return JSON.stringify({ ...made.file, extra: { mine: true } });
};

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof StudioError) return error.code;
    throw error;
  }
  return 'accepted';
};

describe('exports', () => {
  it('of any number come back as they were', () => {
    const other = { content: { ...content, name: 'Other' }, picture: null };
    const { fileName, text } = exportWorkflows([{ content, picture }, other], 'atelier', classes);
    expect(fileName).toBe('2 workflows.atelier.json');
    expect(readWorkflowFile(text, fileName, classes)).toEqual([
      { content, picture: { ...picture, revision: 1 } },
      other,
    ]);
  });

  it('in the formats of ComfyUI are one graph', () => {
    const api = exportWorkflows([{ content, picture }], 'api', classes);
    expect(api.fileName).toBe('Fox red blue.json');
    expect(JSON.parse(api.text)).toEqual(content.prompt);
    const editor = exportWorkflows([{ content, picture }], 'editor', classes);
    expect(readWorkflowFile(editor.text, 'again.json', classes)[0]?.content).toMatchObject({
      name: 'again',
      prompt: content.prompt,
    });
  });

  it('keep the layout of the editor as long as the values are the same', () => {
    const made = { ...content, editor: editorText() };
    expect(JSON.parse(exportWorkflows([{ content: made, picture }], 'editor', classes).text)).toMatchObject({
      extra: { mine: true },
    });
    const changed = structuredClone(made);
    const save = changed.prompt['9'];
    if (save !== undefined) save.inputs['filename_prefix'] = 'wolf';
    const text = exportWorkflows([{ content: changed, picture }], 'editor', classes).text;
    expect(JSON.parse(text)).toMatchObject({ extra: {} });
    expect(text).toContain('wolf');
  });

  it.each([
    ['a bundle with a wrong part', '{"format":"atelier-workflows","version":1,"workflows":[{"name":""}]}'],
    ['a bundle of a newer program', '{"format":"atelier-workflows","version":2,"workflows":[]}'],
    ['no workflow', '{"a":1}'],
  ])('refuse %s', (_name, text) => {
    expect(codeOf(() => readWorkflowFile(text, 'x.json', classes))).toBe('WORKFLOW_INVALID');
  });
});

describe('names of files', () => {
  it.each([
    ['a/b\\c:d*?"<>|', 'a b c d'],
    ['  .hidden. ', 'hidden'],
    ['CON', 'workflow CON'],
    ['', 'workflow'],
    ['../../etc/passwd', 'etc passwd'],
    ['صورة 柔光 🎨', 'صورة 柔光 🎨'],
    ['x'.repeat(300), 'x'.repeat(80)],
  ])('%s', (name, fileName) => {
    expect(fileNameOf(name)).toBe(fileName);
  });
});

describe('sharing', () => {
  const endpoint = { baseUrl: 'http://127.0.0.1:1', authorization: null };
  const targets = () => [
    { instanceId: 'a', endpoint, isRunning: true },
    { instanceId: 'b', endpoint: { ...endpoint, baseUrl: 'http://127.0.0.1:2' }, isRunning: true },
    { instanceId: 'off', endpoint, isRunning: false },
  ];

  it('never overwrites, and one instance that cannot keeps nobody else from it', async () => {
    const files = new Map<string, string>([['http://127.0.0.1:1 workflows/Fox red blue.json', 'theirs']]);
    const outcomes = await shareWorkflow(
      content,
      ['a', 'b', 'off', 'gone'],
      {
        targets,
        userFiles: {
          create: async ({ baseUrl }, path, text) => {
            const key = `${baseUrl} ${path}`;
            if (files.has(key)) return 'exists';
            if (baseUrl.endsWith('2')) throw new StudioError('INSTANCE_UNREACHABLE');
            files.set(key, text);
            return 'created';
          },
        },
      },
      classes,
    );
    expect(outcomes).toEqual([
      { instanceId: 'a', fileName: 'Fox red blue (2).json', error: null },
      { instanceId: 'b', fileName: null, error: 'INSTANCE_UNREACHABLE' },
      { instanceId: 'off', fileName: null, error: 'INSTANCE_NOT_RUNNING' },
      { instanceId: 'gone', fileName: null, error: 'INSTANCE_NOT_FOUND' },
    ]);
    expect(files.get('http://127.0.0.1:1 workflows/Fox red blue.json')).toBe('theirs');
    const shared = files.get('http://127.0.0.1:1 workflows/Fox red blue (2).json') ?? '';
    expect(readWorkflowFile(shared, 'x.json', classes)[0]?.content.prompt).toEqual(content.prompt);
  });
});
