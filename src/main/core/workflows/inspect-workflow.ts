import { StudioError } from '#contract/errors.ts';
import type { Prompt, WorkflowInspection } from '#contract/models/workflow.ts';
import { messageLimits } from '#contract/wire.ts';
import { isObject } from '#core/shared/json-object.ts';
import { convertEditorWorkflow, type KnownClass } from './convert-editor-workflow/convert-editor-workflow.ts';
import { inputFilesOf } from './input-files.ts';
import { nothingKnown, type OutputKnowledge, outputNodesOf } from './output-nodes.ts';
import { recogniseWorkflow } from './workflow-format.ts';
import { workflowTitle } from './workflow-title.ts';

const maxWorkflowCharacters = messageLimits.workflowMaxCharacters;

const reportedProblems = 20;

/** The graph of a parsed value, or WORKFLOW_UI_FORMAT, WORKFLOW_INVALID, WORKFLOW_NO_OUTPUTS with what is wrong. */
export const requirePrompt = (value: unknown, knowledge: OutputKnowledge): Prompt => {
  const format = recogniseWorkflow(value);
  switch (format.kind) {
    case 'ui':
      throw new StudioError('WORKFLOW_UI_FORMAT', undefined, {
        details: { nodeCount: format.nodeCount, version: format.version, advice: 'export-api' },
      });
    case 'invalid':
      throw new StudioError('WORKFLOW_INVALID', undefined, {
        details: { problems: format.problems.slice(0, reportedProblems), problemCount: format.problems.length },
      });
    case 'api':
      if (outputNodesOf(format.prompt, knowledge).length === 0) {
        throw new StudioError('WORKFLOW_NO_OUTPUTS', undefined, { details: { advice: 'add-output-node' } });
      }
      return format.prompt;
  }
};

/** The parsed text of a file; WORKFLOW_NOT_JSON, or INPUT_TOO_LARGE before it is parsed. */
export const parseWorkflowText = (text: string): unknown => {
  if (text.length > maxWorkflowCharacters) {
    throw new StudioError('INPUT_TOO_LARGE', undefined, {
      details: { characters: text.length, maxCharacters: maxWorkflowCharacters },
    });
  }
  try {
    // Editors on Windows write a byte order mark, which is not JSON.
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 200) : '';
    throw new StudioError('WORKFLOW_NOT_JSON', undefined, { details: { reason }, cause: error });
  }
};

const describe = (prompt: Prompt, fileName: string): WorkflowInspection => ({
  prompt,
  nodeCount: Object.keys(prompt).length,
  classTypes: [...new Set(Object.values(prompt).map((node) => node.class_type))].toSorted(),
  inputFiles: [...inputFilesOf(prompt)],
  title: workflowTitle(prompt, fileName),
  source: 'api',
  notes: [],
  seeds: {},
});

/** What a workflow file is. Fails with INPUT_TOO_LARGE, WORKFLOW_NOT_JSON or the codes of `requirePrompt`. */
export const inspectWorkflow = (
  text: string,
  fileName: string,
  knowledge: OutputKnowledge = nothingKnown,
): WorkflowInspection => describe(requirePrompt(parseWorkflowText(text), knowledge), fileName);

/** What is known of the classes of the instances. */
export interface ClassKnowledge {
  readonly known: KnownClass;
  readonly isOutput: OutputKnowledge;
  /** False while no instance has told anything. */
  readonly isAnyKnown: boolean;
}

/** The editor's file inside of a value, where there is one; wrappers are seen through. */
export const editorFileOf = (value: unknown): Readonly<Record<string, unknown>> | null => {
  if (!isObject(value) || recogniseWorkflow(value).kind !== 'ui') return null;
  return Array.isArray(value['nodes']) ? value : editorFileOf(value['prompt'] ?? value['workflow']);
};

/** A parsed workflow file in either format as a graph. What stands in the way stands in the details of WORKFLOW_UI_FORMAT. */
export const readWorkflow = (value: unknown, fileName: string, classes: ClassKnowledge): WorkflowInspection => {
  const file = editorFileOf(value);
  if (file === null) return describe(requirePrompt(value, classes.isOutput), fileName);
  const conversion = convertEditorWorkflow(file, classes.known);
  if (conversion.kind === 'refused') {
    const { problems } = conversion;
    throw new StudioError('WORKFLOW_UI_FORMAT', undefined, {
      details: {
        nodeCount: Array.isArray(file['nodes']) ? file['nodes'].length : 0,
        reason: classes.isAnyKnown ? 'not-convertible' : 'no-instance',
        problems: problems.slice(0, reportedProblems),
        problemCount: problems.length,
        advice: 'export-api',
      },
    });
  }
  const prompt = requirePrompt(conversion.prompt, classes.isOutput);
  return {
    ...describe(prompt, fileName),
    source: 'editor',
    notes: [...conversion.notes],
    seeds: { ...conversion.seeds },
  };
};
