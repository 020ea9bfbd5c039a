/** One node of a prompt in API format, with whatever else the client sent beside these fields. */
export interface PromptNode {
  readonly class_type: string;
  readonly inputs: Record<string, unknown>;
  readonly _meta?: unknown;
}

/** A prompt in API format after validation. */
export type ValidPrompt = Readonly<Record<string, PromptNode>>;

/** One reason why a node was refused (comfyui-protocol.md 4.2). */
export interface ValidationReason {
  readonly type: string;
  readonly message: string;
  readonly details: string;
  readonly extra_info: Readonly<Record<string, unknown>>;
}

/** `node_errors` of an answer to POST /prompt. */
export type NodeErrors = Readonly<
  Record<
    string,
    {
      readonly errors: readonly ValidationReason[];
      readonly dependent_outputs: readonly string[];
      readonly class_type: string;
    }
  >
>;

/** Body of a 400 answer to POST /prompt. */
export interface PromptErrorBody {
  readonly error: ValidationReason;
  readonly node_errors: NodeErrors;
}

/** `outputs` are the output nodes to run; with a partly valid prompt `nodeErrors` tells why others were dropped. */
export type PromptValidation =
  | {
      readonly kind: 'valid';
      readonly outputs: string[];
      readonly nodeErrors: NodeErrors;
      /** A copy with widget values coerced to their declared types. */
      readonly prompt: ValidPrompt;
    }
  | { readonly kind: 'invalid'; readonly body: PromptErrorBody };
