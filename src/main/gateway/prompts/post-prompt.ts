import { StudioError } from '#contract/errors.ts';
import { jobIdSchema, jobSubmissionSchema } from '#contract/models/job.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import type { JobRecord } from '#core/jobs/job-record.ts';
import type { SubmitOptions } from '#core/jobs/submit-job.ts';
import { isObject } from '#core/shared/json-object.ts';
import { requirePrompt } from '#core/workflows/inspect-workflow.ts';
import type { GatewayContext } from '../context.ts';
import { type EnvelopeAnswer, envelope, generalError, submissionError } from '../error-envelope.ts';
import { type Exchange, readJson, sendJson } from '../exchange.ts';
import type { RoutePattern } from '../routes.ts';

type Body = Readonly<Record<string, unknown>>;

/** An instance that does not answer within this time has the prompt in all likelihood; its end will tell. */
const answerLimitMs = 30_000;

/** An instance that has just started is being asked for its nodes, without which an invalid prompt would be taken while it is busy. */
const nodesLimitMs = 2000;

interface ReadPrompt {
  readonly promptId: string | undefined;
  readonly prompt: unknown;
  readonly clientId: string | null;
  readonly extraData: Body;
  readonly options: SubmitOptions;
}

const refusal = (type: string, message: string, details = ''): EnvelopeAnswer => ({
  status: 400,
  body: envelope(type, message, details),
});

const readNumber = (value: unknown): number | null => {
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : null;
};

const readOptions = (body: Body): SubmitOptions | null => {
  const targets = body['partial_execution_targets'];
  const passThrough = targets === undefined || targets === null ? {} : { partial_execution_targets: targets };
  const number = body['number'];
  if (number === undefined) return { passThrough, front: body['front'] === true };
  const read = readNumber(number);
  return read === null ? null : { passThrough, number: read };
};

/** The fields of a submission, checked as ComfyUI checks them (comfyui-protocol.md 4.1); its 500s are 400s here. */
const readSubmission = (value: unknown): ReadPrompt | EnvelopeAnswer => {
  if (!isObject(value) || !('prompt' in value)) return refusal('no_prompt', 'No prompt provided', 'No prompt provided');
  const { prompt_id: promptId, client_id: clientId, extra_data: extraData } = value;
  if (promptId !== undefined && promptId !== null && !jobIdSchema.safeParse(promptId).success) {
    return refusal('invalid_prompt_id', 'prompt_id must be a valid UUID');
  }
  const options = readOptions(value);
  if (options === null) return refusal('invalid_number', 'number must be a number');
  if (isObject(value['prompt']) && Object.keys(value['prompt']).length === 0) {
    return refusal('prompt_no_outputs', 'Prompt has no outputs');
  }
  return {
    promptId: typeof promptId === 'string' ? promptId : undefined,
    prompt: value['prompt'],
    clientId: typeof clientId === 'string' || typeof clientId === 'number' ? String(clientId).slice(0, 200) : null,
    extraData: isObject(extraData) ? extraData : {},
    options,
  };
};

const acceptance = ({ order, acceptedWith }: JobRecord): unknown => ({
  prompt_id: order.jobId,
  number: order.number,
  node_errors: acceptedWith ?? {},
});

/** The answer of the instance, or of the studio on its behalf. */
const answerOf = ({ own }: GatewayContext, record: JobRecord): { status: number; body: unknown } => {
  const { jobId } = record.order;
  const { state, startedAt, error } = record.view;
  if (record.refusal !== null) {
    own.hide(jobId);
    const { status, body } = record.refusal;
    if (isObject(body)) return { status, body };
    return {
      status: 500,
      body: envelope('instance_error', 'The instance failed to check the prompt.', String(body).slice(0, 1000)),
    };
  }
  const neverTaken = (state === 'failed' || state === 'parked') && startedAt === null && record.acceptedWith === null;
  if (!neverTaken || error === null) {
    own.take(jobId);
    return { status: 200, body: acceptance(record) };
  }
  own.hide(jobId);
  return generalError(new StudioError(error.code, error.message));
};

/** A client that repeats a submission because the answer got lost is told of the first one. */
const isRepeated = (record: JobRecord | undefined, prompt: Prompt): record is JobRecord =>
  record !== undefined && JSON.stringify(record.order.prompt) === JSON.stringify(prompt);

const submit = async (context: GatewayContext, read: ReadPrompt): Promise<{ status: number; body: unknown }> => {
  const { jobs, own } = context;
  let prompt: Prompt = {};
  try {
    prompt = requirePrompt(read.prompt, () => true);
    await jobs.nodesKnown(nodesLimitMs);
    const earlier = read.promptId === undefined ? undefined : jobs.record(read.promptId);
    if (isRepeated(earlier, prompt)) return { status: 200, body: acceptance(earlier) };
    const { id } = await jobs.submit(
      jobSubmissionSchema.parse({ prompt, id: read.promptId, clientId: read.clientId, extraData: read.extraData }),
      read.options,
    );
    own.add(id);
    return answerOf(context, await jobs.answered(id, answerLimitMs));
  } catch (error) {
    if (error instanceof StudioError) return submissionError(error, prompt);
    throw error;
  }
};

/** POST /prompt: answered by the instance that takes it, or at once while it has to wait for one. */
export const postPrompt = async (context: GatewayContext, exchange: Exchange): Promise<void> => {
  const body = await readJson(exchange);
  if (body.kind !== 'json') {
    sendJson(exchange, 400, envelope('invalid_json', 'The body is no JSON.'));
    return;
  }
  const read = readSubmission(body.value);
  if ('status' in read) {
    sendJson(exchange, read.status, read.body);
    return;
  }
  const { status, body: answer } = await submit(context, read);
  if (status === 429) exchange.response.setHeader('retry-after', '2');
  sendJson(exchange, status, answer);
};

/** GET /prompt. */
export const getPrompt = ({ jobs }: GatewayContext, exchange: Exchange): void => {
  sendJson(exchange, 200, { exec_info: { queue_remaining: jobs.remaining() } });
};

export const promptRoutes: readonly RoutePattern[] = [
  { path: '/prompt', methods: { GET: getPrompt, POST: postPrompt } },
];
