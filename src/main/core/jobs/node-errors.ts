import type { ErrorCode } from '#contract/errors.ts';
import { StudioError } from '#contract/errors.ts';
import type { NodeError } from '#contract/models/job.ts';
import { isObject } from '#core/shared/json-object.ts';

type Data = Readonly<Record<string, unknown>>;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const nodeError = (fields: Pick<NodeError, 'nodeId' | 'classType'> & Partial<NodeError>): NodeError => ({
  type: '',
  message: '',
  details: '',
  inputName: '',
  traceback: [],
  ...fields,
});

const readNode = (nodeId: string, node: unknown): readonly NodeError[] => {
  if (!isObject(node)) return [];
  const classType = text(node['class_type']);
  const errors = Array.isArray(node['errors']) ? node['errors'] : [];
  return errors.filter(isObject).map((error) =>
    nodeError({
      nodeId,
      classType,
      type: text(error['type']),
      message: text(error['message']),
      details: text(error['details']),
      inputName: isObject(error['extra_info']) ? text(error['extra_info']['input_name']) : '',
    }),
  );
};

/** The `node_errors` of an answer to POST /prompt, one entry an error (comfyui-protocol.md 4.2). */
export const readNodeErrors = (nodeErrors: unknown): readonly NodeError[] =>
  isObject(nodeErrors) ? Object.entries(nodeErrors).flatMap(([nodeId, node]) => readNode(nodeId, node)) : [];

/** A prompt that the instance refused: what it says of each node, and the code that the author can act on. */
export interface Rejection {
  readonly error: StudioError;
  readonly nodeErrors: readonly NodeError[];
}

const rejectionCode = (type: string, message: string): ErrorCode => {
  if (type === 'missing_node_type') return 'WORKFLOW_NODE_UNKNOWN';
  // v0.3.64 has one type for all and tells the missing class in words only.
  if (type === 'invalid_prompt' && /does not exist/u.test(message)) return 'WORKFLOW_NODE_UNKNOWN';
  if (type === 'prompt_no_outputs') return 'WORKFLOW_NO_OUTPUTS';
  return 'WORKFLOW_REJECTED';
};

const unknownNode = (extra: Data, message: string): readonly NodeError[] => {
  const nodeId = text(extra['node_id']);
  if (nodeId === '') return [];
  return [nodeError({ nodeId, classType: text(extra['class_type']), type: 'missing_node_type', message })];
};

/** Reads ComfyUI's error envelope. A body of another shape (a 500 of its server) gives WORKFLOW_REJECTED without node errors. */
export const readRejection = (status: number, body: unknown): Rejection => {
  const envelope = isObject(body) ? body : {};
  const told = isObject(envelope['error']) ? envelope['error'] : {};
  const type = text(told['type']);
  const message = text(told['message']);
  const code = rejectionCode(type, message);
  const extra = isObject(told['extra_info']) ? told['extra_info'] : {};
  const perNode = readNodeErrors(envelope['node_errors']);
  return {
    error: new StudioError(code, message === '' ? undefined : message, {
      details: { status, type, details: text(told['details']), extraInfo: { ...extra } },
    }),
    nodeErrors: perNode.length > 0 || code !== 'WORKFLOW_NODE_UNKNOWN' ? perNode : unknownNode(extra, message),
  };
};

/** CUDA, ROCm and MPS each have their own exception for the same thing; all end in this name or say so. */
const isOutOfMemory = (type: string, message: string): boolean =>
  type.endsWith('OutOfMemoryError') || /^(?:CUDA|HIP) out of memory|^Allocation on device/u.test(message);

/** A node that raised: the data of `execution_error`, from the websocket or the history. */
export const readExecutionError = (data: Data): Rejection => {
  const type = text(data['exception_type']);
  const message = text(data['exception_message']).trim();
  const failed = nodeError({
    nodeId: text(data['node_id']),
    classType: text(data['node_type']),
    type,
    message,
    traceback: Array.isArray(data['traceback']) ? data['traceback'].filter((line) => typeof line === 'string') : [],
  });
  const code = isOutOfMemory(type, message) ? 'GPU_OUT_OF_MEMORY' : 'JOB_NODE_FAILED';
  const { nodeId, classType } = failed;
  return {
    error: new StudioError(code, undefined, { details: { nodeId, classType, type, message } }),
    nodeErrors: [failed],
  };
};
