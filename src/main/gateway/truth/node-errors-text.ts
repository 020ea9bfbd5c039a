import type { ErrorCode } from '#contract/errors.ts';
import type { JobView, NodeError } from '#contract/models/job.ts';

/** Clients show the text in a window; one line for each of thousands of nodes helps nobody. */
const maxTold = 50;
/** A value may be a whole picture, and a list that it is not in may have thousands of entries. */
const maxReasonCharacters = 500;

/** Ends that the errors of the nodes are the reason of. */
const causedByNodes: ReadonlySet<ErrorCode | undefined> = new Set([
  'WORKFLOW_REJECTED',
  'WORKFLOW_NODE_UNKNOWN',
  'WORKFLOW_NO_OUTPUTS',
  'JOB_NODE_FAILED',
  'GPU_OUT_OF_MEMORY',
]);

/** The errors that a job ended for; those of outputs that were left out when it was taken are no reason for a later loss. */
export const endingErrors = ({ error, nodeErrors }: Pick<JobView, 'error' | 'nodeErrors'>): readonly NodeError[] =>
  causedByNodes.has(error?.code) ? nodeErrors : [];

const shortened = (text: string): string =>
  text.length <= maxReasonCharacters ? text : `${text.slice(0, maxReasonCharacters)}…`;

const reasonOf = ({ message, details, type }: NodeError): string =>
  shortened([message, details].filter(Boolean).join(': ') || type);

/** All errors as a client shows them, one a line with its node where they are several; '' for none. */
export const nodeErrorsText = (nodeErrors: readonly NodeError[]): string => {
  const [first] = nodeErrors;
  if (first === undefined) return '';
  if (nodeErrors.length === 1) return reasonOf(first);
  const told = nodeErrors
    .slice(0, maxTold)
    .map((error) => `Node ${error.nodeId} (${error.classType}): ${reasonOf(error)}`);
  const rest = nodeErrors.length - told.length;
  return [...told, ...(rest > 0 ? [`… and ${rest} more`] : [])].join('\n');
};
