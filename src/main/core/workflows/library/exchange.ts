import { StudioError } from '#contract/errors.ts';
import {
  type exportKinds,
  type WorkflowBundle,
  type WorkflowContent,
  workflowBundleSchema,
} from '#contract/models/library.ts';
import type { WorkflowPicture } from '#core/ports/workflow-store.ts';
import { isObject } from '#core/shared/json-object.ts';
import { convertEditorWorkflow, type KnownClass } from '../convert-editor-workflow/convert-editor-workflow.ts';
import { editorFromPrompt } from '../convert-editor-workflow/editor-from-prompt.ts';
import { type ClassKnowledge, editorFileOf, parseWorkflowText, readWorkflow } from '../inspect-workflow.ts';

export interface ExchangedWorkflow {
  readonly content: WorkflowContent;
  readonly picture: WorkflowPicture | null;
}

export type ExportKind = (typeof exportKinds)[number];

/** A name as a file may have it on every system. */
export const fileNameOf = (name: string): string => {
  const plain = name
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}<>:"/\\|?*]/gu, ' ')
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/^[. ]+|[. ]+$/gu, '');
  const short = Array.from(plain).slice(0, 80).join('').trim();
  return /^(?:con|prn|aux|nul|com\d|lpt\d)?$/iu.test(short) ? `workflow ${short}`.trim() : short;
};

/** Graphs that differ in the order of their keys only read the same. */
const inOneOrder = (graph: unknown): string =>
  JSON.stringify(graph, (_name, value: unknown) =>
    isObject(value) ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) : value,
  );

/**
 * The file of the editor for a workflow: the one that it was made from as long as that still gives the same graph, so that its layout
 * is kept, else one that is laid out anew. WORKFLOW_NODE_UNKNOWN.
 */
export const editorFileFor = (content: WorkflowContent, classes: ClassKnowledge): Readonly<Record<string, unknown>> => {
  if (content.editor !== null) {
    const file = editorFileOf(parseWorkflowText(content.editor));
    const made = file === null ? null : convertEditorWorkflow(file, classes.known);
    const isSame = made?.kind === 'converted' && inOneOrder(made.prompt) === inOneOrder(content.prompt);
    if (file !== null && isSame) return file;
  }
  return laidOut(content, classes.known);
};

const laidOut = ({ prompt }: WorkflowContent, known: KnownClass): Readonly<Record<string, unknown>> => {
  const made = editorFromPrompt(prompt, known);
  if ('file' in made) return made.file;
  throw new StudioError('WORKFLOW_NODE_UNKNOWN', undefined, { details: { classTypes: made.unknown } });
};

const withoutRevision = ({ content, picture }: ExchangedWorkflow): WorkflowBundle['workflows'][number] => {
  const type = picture?.contentType;
  return {
    ...content,
    picture:
      picture !== null && (type === 'image/webp' || type === 'image/png' || type === 'image/jpeg')
        ? { contentType: type, base64: picture.base64 }
        : null,
  };
};

/** Workflows as the text of a file. Those of ComfyUI's own formats take one. */
export const exportWorkflows = (
  workflows: readonly ExchangedWorkflow[],
  kind: ExportKind,
  classes: ClassKnowledge,
): { fileName: string; text: string } => {
  const [first] = workflows;
  if (first === undefined) throw new StudioError('INPUT_INVALID');
  if (kind !== 'atelier' && workflows.length > 1) {
    throw new StudioError('INPUT_INVALID', 'ComfyUI has one workflow in a file.');
  }
  const name = fileNameOf(first.content.name);
  if (kind === 'api') return { fileName: `${name}.json`, text: JSON.stringify(first.content.prompt, null, 2) };
  if (kind === 'editor') {
    return { fileName: `${name}.json`, text: JSON.stringify(editorFileFor(first.content, classes), null, 2) };
  }
  const bundle: WorkflowBundle = { format: 'atelier-workflows', version: 1, workflows: workflows.map(withoutRevision) };
  const fileName = workflows.length === 1 ? `${name}.atelier.json` : `${workflows.length} workflows.atelier.json`;
  return { fileName, text: JSON.stringify(bundle, null, 2) };
};

const readBundle = (value: unknown): readonly ExchangedWorkflow[] => {
  const bundle = workflowBundleSchema.safeParse(value);
  if (!bundle.success) {
    const reason = bundle.error.issues[0]?.path.join('.') ?? '';
    throw new StudioError('WORKFLOW_INVALID', undefined, { details: { reason } });
  }
  return bundle.data.workflows.map(({ picture, ...content }) => ({
    content,
    picture: picture === null ? null : { ...picture, revision: 1, isChosen: true },
  }));
};

/** What is in a file: an export of this program, or one workflow in either format of ComfyUI. */
export const readWorkflowFile = (
  text: string,
  fileName: string,
  classes: ClassKnowledge,
): readonly ExchangedWorkflow[] => {
  const value = parseWorkflowText(text);
  if (isObject(value) && value['format'] === 'atelier-workflows') return readBundle(value);
  const { prompt, title, seeds, source } = readWorkflow(value, fileName, classes);
  const name = fileName.replace(/(?:\.atelier)?\.\w{1,5}$/u, '').trim() || title || 'Workflow';
  const content: WorkflowContent = {
    name: name.slice(0, 200),
    tags: [],
    prompt,
    editor: source === 'editor' ? JSON.stringify(editorFileOf(value)) : null,
    pinned: [],
    seeds,
  };
  return [{ content, picture: null }];
};
