import { StudioError } from '#contract/errors.ts';
import type { Prompt, WorkflowInspection } from '#contract/models/workflow.ts';
import { messageLimits } from '#contract/wire.ts';
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

const parseText = (text: string): unknown => {
  try {
    // Editors on Windows write a byte order mark, which is not JSON.
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 200) : '';
    throw new StudioError('WORKFLOW_NOT_JSON', undefined, { details: { reason }, cause: error });
  }
};

/** What a workflow file is. Fails with INPUT_TOO_LARGE, WORKFLOW_NOT_JSON or the codes of `requirePrompt`. */
export const inspectWorkflow = (
  text: string,
  fileName: string,
  knowledge: OutputKnowledge = nothingKnown,
): WorkflowInspection => {
  if (text.length > maxWorkflowCharacters) {
    throw new StudioError('INPUT_TOO_LARGE', undefined, {
      details: { characters: text.length, maxCharacters: maxWorkflowCharacters },
    });
  }
  const prompt = requirePrompt(parseText(text), knowledge);
  return {
    prompt,
    nodeCount: Object.keys(prompt).length,
    classTypes: [...new Set(Object.values(prompt).map((node) => node.class_type))].toSorted(),
    inputFiles: [...inputFilesOf(prompt)],
    title: workflowTitle(prompt, fileName),
  };
};
