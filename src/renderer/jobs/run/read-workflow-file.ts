import { StudioError } from '#contract/errors.ts';
import { messageLimits } from '#contract/wire.ts';
import { isPng, readPngWorkflow } from './png-workflow.ts';
import { isWebp, readWebpWorkflow } from './webp-workflow.ts';

/** Workflows with pictures inside reach some MB; what is larger than this cannot be a workflow that runs. */
const fileMaxBytes = messageLimits.workflowFileMaxBytes;

/** The text of a workflow file: the file itself, or what a picture of ComfyUI carries. Fails with a StudioError. */
export const readWorkflowFile = async (file: File): Promise<string> => {
  if (file.size > fileMaxBytes) {
    throw new StudioError('INPUT_TOO_LARGE', undefined, { details: { maxBytes: fileMaxBytes, sizeBytes: file.size } });
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (!isPng(bytes) && !isWebp(bytes)) return new TextDecoder().decode(bytes);
  const workflow = isPng(bytes) ? readPngWorkflow(bytes) : readWebpWorkflow(bytes);
  if (workflow === null) {
    throw new StudioError('WORKFLOW_INVALID', undefined, { details: { reason: 'the picture carries none' } });
  }
  return workflow;
};
