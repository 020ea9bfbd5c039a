import { comparableAnswer } from '#sandbox/conformance/comparable-answer.ts';
import type { RecordedAnswer } from '#sandbox/conformance/recording.ts';

/*
 * What the gateway answers otherwise than the recorded ComfyUI, on purpose: each case by its name, with the reason and the whole answer. A
 * recorded answer that no row names has to come as it was recorded, a row that nothing uses any more is a mistake.
 */

/** Why an answer differs from the recorded one on purpose, and what it is instead. */
export interface Deviation {
  readonly why: string;
  readonly instead: (recorded: RecordedAnswer) => RecordedAnswer;
}

export type Deviations = Readonly<Record<string, Deviation>>;

const jsonAnswer = (status: number, json: unknown): RecordedAnswer => ({
  status,
  headers: { 'Content-Type': 'application/json; charset=utf-8' },
  json,
});

interface Refusal {
  readonly why: string;
  readonly type: string;
  readonly message: string;
  readonly status?: number;
  readonly extraInfo?: object;
}

/** A refusal in ComfyUI's envelope, word for word. */
const refusal = ({ why, type, message, status = 400, extraInfo = {} }: Refusal): Deviation => ({
  why,
  instead: () => jsonAnswer(status, { error: { type, message, details: '', extra_info: extraInfo }, node_errors: {} }),
});

const listVerb = 'The body is no JSON object with "clear" or a list of ids in "delete".';

const strangeHost = refusal({
  why: 'ComfyUI takes any Host; the gateway answers to its own names only, which keeps rebound names of other sites out',
  status: 403,
  type: 'auth_host',
  message: 'The gateway is not known under this host name.',
});

/** Of the recordings of single requests, by method, address, note, body and headers. */
export const routeDeviations: Deviations = {
  'GET /history?max_items=abc': refusal({
    why: 'ComfyUI makes a number of whatever is there, and stumbles',
    type: 'invalid_query',
    message: 'max_items and offset must be integers',
  }),
  'GET /internal/files/output': {
    why: 'the recorded server had no output folder and stumbled over it; the studio makes one for each instance',
    instead: () => jsonAnswer(200, []),
  },
  'GET /prompt {"Host":"evil.example:18188","Origin":"http://evil.example:18188"}': strangeHost,
  'GET /prompt {"Host":"evil.example:18188","Origin":"http://other.example"}': strangeHost,
  'GET /prompt {"Host":"evil.example"}': strangeHost,
  'POST /queue "{"': refusal({
    why: 'ComfyUI stumbles over a body that it cannot read',
    type: 'invalid_json',
    message: listVerb,
  }),
  'POST /history ""': refusal({
    why: 'ComfyUI stumbles over an empty body here; the gateway cannot know what was to be deleted',
    type: 'invalid_json',
    message: listVerb,
  }),
  'POST /free ""': refusal({
    why: 'ComfyUI stumbles over an empty body here; the gateway cannot know what was to be freed',
    type: 'invalid_json',
    message: 'The body is no JSON object with "unload_models" or "free_memory".',
  }),
  'POST /interrupt []': refusal({
    why: 'ComfyUI asks a list for its prompt_id, and stumbles',
    type: 'invalid_json',
    message: 'The body is no JSON object.',
  }),
  'PATCH /internal/logs/subscribe {}': refusal({
    why: 'ComfyUI takes both members for given, and stumbles',
    type: 'invalid_request',
    message: 'clientId and enabled are needed.',
  }),
  'POST /upload/image bad type': refusal({
    why: 'ComfyUI finds no folder for the type, and stumbles',
    type: 'invalid_type',
    message: 'The type is none of input, temp and output.',
  }),
  'POST /upload/image empty filename': refusal({
    why: 'ComfyUI takes the field for text, and stumbles',
    type: 'no_file',
    message: 'The field image carries no file with a name.',
  }),
  'POST /upload/mask mask without original_ref': refusal({
    why: 'ComfyUI takes the field for given, and stumbles',
    type: 'invalid_original_ref',
    message: 'original_ref names no file.',
  }),
  'GET /view?filename=notes.txt&type=input&preview=webp': refusal({
    why: 'ComfyUI opens a text as a picture, and stumbles',
    type: 'invalid_picture',
    message: 'The file is no picture that can be read.',
  }),
};

const noJson = refusal({
  why: 'ComfyUI stumbles over a body that it cannot read',
  type: 'invalid_json',
  message: 'The body is no JSON.',
});

const editorFormat = refusal({
  why: "ComfyUI takes the members of the editor's file for nodes, and stumbles",
  type: 'invalid_prompt',
  message: 'The workflow is in the editor format; the API format is needed.',
});

/** Of the recorded prompts that fail or seem to, by their names. */
export const promptDeviations: Deviations = {
  empty_body: noJson,
  not_json: noJson,
  prompt_null: refusal({
    why: 'ComfyUI looks for nodes in nothing, and stumbles',
    type: 'invalid_prompt',
    message: 'The file is no workflow in API format.',
    extraInfo: { problems: [] },
  }),
  ui_format_workflow: editorFormat,
  ui_format_workflow_nodes: editorFormat,
  number_not_a_number: refusal({
    why: 'ComfyUI makes a number of whatever is there, and stumbles',
    type: 'invalid_number',
    message: 'number must be a number',
  }),
  same_prompt_id_2: {
    why: 'the same id with the same graph is the same job: it is answered once more with the number it has',
    instead: (recorded) => {
      const { number, ...rest } = recorded.json as { number: number };
      return { ...recorded, json: { ...rest, number: number - 1 } };
    },
  },
};

/** What the gateway's answer is held against: the recorded one, or what stands for it. */
export const expectedAnswer = (recorded: RecordedAnswer, deviation?: Deviation): unknown =>
  comparableAnswer(deviation?.instead(recorded) ?? recorded);

/** Rows that are of no use: nothing was recorded under the name, or ComfyUI answered just that. */
export const uselessRows = (
  deviations: Deviations,
  recordings: readonly (readonly [string, RecordedAnswer])[],
): readonly string[] =>
  Object.entries(deviations).flatMap(([name, deviation]) => {
    const differing = recordings.filter(
      ([title, recorded]) =>
        title === name &&
        JSON.stringify(expectedAnswer(recorded, deviation)) !== JSON.stringify(comparableAnswer(recorded)),
    );
    return differing.length > 0 ? [] : [name];
  });
