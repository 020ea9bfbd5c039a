import type { ErrorCode, StudioError } from '#contract/errors.ts';
import type { Prompt } from '#contract/models/workflow.ts';

/** The shape of every error that a client of ComfyUI reads (comfyui-protocol.md 4.2). */
export interface ErrorEnvelope {
  readonly error: {
    readonly type: string;
    readonly message: string;
    readonly details: string;
    readonly extra_info: Readonly<Record<string, unknown>>;
  };
  readonly node_errors: Readonly<Record<string, unknown>>;
}

export interface EnvelopeAnswer {
  readonly status: number;
  readonly body: ErrorEnvelope;
}

export const envelope = (
  type: string,
  message: string,
  details = '',
  extra_info: Readonly<Record<string, unknown>> = {},
): ErrorEnvelope => ({ error: { type, message, details, extra_info }, node_errors: {} });

/** A request that the gateway does not take as it is. */
export const refusal = (type: string, message: string, details = ''): EnvelopeAnswer => ({
  status: 400,
  body: envelope(type, message, details),
});

/** As ComfyUI names a node whose class it does not have. */
const missingNode = (prompt: Prompt, missing: unknown): ErrorEnvelope => {
  const classTypes: readonly unknown[] = Array.isArray(missing) ? missing : [];
  const [nodeId, node] = Object.entries(prompt).find(([, { class_type }]) => classTypes.includes(class_type)) ?? [];
  const classType = node?.class_type ?? null;
  const title = node?._meta?.title ?? classType ?? '';
  return envelope(
    'missing_node_type',
    `Node '${title}' not found. The custom node may not be installed.`,
    `Node ID '#${nodeId ?? ''}'`,
    { node_id: nodeId ?? null, class_type: classType, node_title: title },
  );
};

const brokenGraph = (error: StudioError): ErrorEnvelope => {
  const problems: unknown = error.details?.['problems'];
  return envelope('invalid_prompt', error.message, '', { problems });
};

/** What ComfyUI has words of its own for. */
const wordings: Partial<Record<ErrorCode, (error: StudioError, prompt: Prompt) => ErrorEnvelope>> = {
  WORKFLOW_NO_OUTPUTS: () => envelope('prompt_no_outputs', 'Prompt has no outputs'),
  WORKFLOW_NODE_UNKNOWN: (error, prompt) => missingNode(prompt, error.details?.['classTypes']),
  WORKFLOW_UI_FORMAT: brokenGraph,
  WORKFLOW_INVALID: brokenGraph,
};

/** A prompt that the studio itself refuses. */
export const submissionError = (error: StudioError, prompt: Prompt): EnvelopeAnswer => {
  const body = wordings[error.code]?.(error, prompt);
  return body === undefined ? generalError(error) : { status: 400, body };
};

/** Any other error, with its code as the type. */
export const generalError = (error: StudioError): EnvelopeAnswer => ({
  status: error.status,
  body: envelope(error.code.toLowerCase(), error.message, '', { ...error.details }),
});
