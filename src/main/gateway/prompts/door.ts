import { isDeepStrictEqual } from 'node:util';
import { StudioError } from '#contract/errors.ts';
import { type JobSubmission, jobSubmissionSchema } from '#contract/models/job.ts';
import { type Prompt, promptSchema } from '#contract/models/workflow.ts';
import { isFinished, type JobRecord } from '#core/jobs/job-record.ts';
import { isObject } from '#core/shared/json-object.ts';
import { requirePrompt } from '#core/workflows/inspect-workflow.ts';
import type { Caller } from '../access/caller.ts';
import type { GatewayContext } from '../context.ts';
import { type EnvelopeAnswer, refusal, submissionError } from '../error-envelope.ts';
import { readFileValue } from '../files/named-files.ts';
import { laneOf } from '../websocket/lanes.ts';
import type { Decision } from './decide.ts';
import { createFleetJudge, type FleetJudgeDependencies } from './fleet-judge.ts';
import { normalPrompt, withOwnNames } from './normal-prompt.ts';
import { type PromptRequest, readPromptRequest, takesNumber } from './prompt-request.ts';

export interface DoorDependencies extends FleetJudgeDependencies, Pick<GatewayContext, 'settings'> {
  readonly shelf: Pick<GatewayContext['shelf'], 'find' | 'inputsFor'>;
  readonly images: Pick<GatewayContext['images'], 'inputsFor'>;
  readonly kits: Pick<GatewayContext['kits'], 'of'>;
}

/** The answer to POST /prompt, ComfyUI's own (comfyui-protocol.md 4.1, 4.2). */
export type DoorAnswer =
  | {
      readonly status: 200;
      readonly body: { readonly prompt_id: string; readonly number: number; readonly node_errors: unknown };
    }
  | EnvelopeAnswer;

export interface DoorRequest {
  /** The parsed body of POST /prompt, whatever it is. */
  readonly body: unknown;
  readonly caller: Caller;
}

/** Where prompts come in. */
export interface Door {
  /**
   * Takes a prompt, which is on disk when this resolves, or says why not; whatever the instances are doing. The same id with the same
   * graph is answered like the first time, however often and whenever it comes.
   */
  submit(request: DoorRequest): Promise<DoorAnswer>;
}

interface Outcome {
  readonly answer: DoorAnswer;
  /** A job came of it. */
  readonly isNew: boolean;
}

/** A submission that is on its way to disk. */
interface Taking {
  readonly prompt: unknown;
  readonly outcome: Promise<Outcome>;
}

const acceptance = ({ order, acceptedWith }: JobRecord, nodeErrors: unknown): DoorAnswer => ({
  status: 200,
  body: { prompt_id: order.jobId, number: order.number, node_errors: acceptedWith ?? nodeErrors },
});

const duplicate = (promptId: string): EnvelopeAnswer =>
  refusal(
    'duplicate_prompt_id',
    'prompt_id is taken by another prompt',
    `${promptId} was submitted with another graph; omit prompt_id to let the server generate one`,
  );

/** The words for what ComfyUI's own validation would raise at. */
const noGraph = (prompt: unknown, message: string): EnvelopeAnswer => {
  try {
    requirePrompt(prompt, () => true);
  } catch (error) {
    if (error instanceof StudioError) return submissionError(error, {});
    throw error;
  }
  return refusal('invalid_prompt', 'The prompt cannot be validated', message);
};

/** The graph for the words of an error; {} where it is none. */
const readableGraph = (prompt: unknown): Prompt => promptSchema.safeParse(normalPrompt(prompt)).data ?? {};

/** Whether two prompts are one; a file of an instance may stand in either under the name that only the gateway has for it. */
const isSameGraph = (a: Prompt, b: Prompt): boolean => isDeepStrictEqual(withOwnNames(a), withOwnNames(b));

/** Has the whole fleet's queue as its own, and room for so many of one client. */
const requireRoom = ({ jobs, settings }: DoorDependencies, key: string): void => {
  const limit = settings().gatewayMaxJobsPerClient;
  // Counting is only worth it where there may be so many.
  if (jobs.remaining() < limit) return;
  const own = jobs.records().filter(({ order, view }) => order.caller === key && view.state === 'queued');
  if (own.length < limit) return;
  throw new StudioError('JOB_QUEUE_FULL', undefined, { details: { maxQueuedJobs: limit, perClient: true } });
};

/** The graph has been checked by now, and checking large ones again takes as long as all the rest. */
const submissionOf = (request: PromptRequest, prompt: Prompt): JobSubmission => {
  const { clientId, extraData } = request;
  const fields = jobSubmissionSchema.parse({ prompt: {}, id: request.promptId ?? undefined, clientId });
  return { ...fields, prompt, extraData };
};

export const createDoor = (dependencies: DoorDependencies): Door => {
  const { jobs, shelf, images, settings, kits } = dependencies;
  const taking = new Map<string, Taking>();
  const judge = createFleetJudge(dependencies);

  const isRepeatable = (prompt: Prompt): boolean => {
    const listed = new Set(settings().gatewayUnrepeatableClasses);
    const classTypes = new Set(Object.values(prompt).map((node) => node.class_type));
    return ![...classTypes].some((classType) => listed.has(classType) || judge.isApiNode(classType));
  };

  const isSent = (value: string): boolean => shelf.find(readFileValue(value)) !== null;

  const queue = async (
    request: PromptRequest,
    caller: Caller,
    excludedInstanceIds: readonly string[],
  ): Promise<JobRecord> => {
    const graph = requirePrompt(normalPrompt(request.prompt), jobs.catalogs.isOutput);
    const prompt = withOwnNames(graph, isSent);
    requireRoom(dependencies, caller.key);
    const clientId = request.clientId ?? caller.clientId;
    const { id } = await jobs.submit(submissionOf(request, prompt), {
      ...request.options,
      caller: caller.key,
      repeatable: isRepeatable(prompt),
      lane: laneOf({ caller, clientId, settings: settings(), prompt, kit: kits.of(clientId) }),
      inputs: [...shelf.inputsFor(prompt, judge.infoOf), ...images.inputsFor(prompt)],
      excludedInstanceIds,
    });
    const record = jobs.record(id);
    if (record === undefined) throw new StudioError('JOB_NOT_FOUND', undefined, { details: { jobId: id } });
    return record;
  };

  const judged = (request: PromptRequest): Promise<Decision | null> =>
    isObject(request.prompt) ? judge.decide(request.prompt, request.targets) : Promise.resolve(null);

  const take = async (request: PromptRequest, caller: Caller): Promise<DoorAnswer> => {
    const decision = await judged(request);
    if (decision?.kind === 'refused') return { status: 400, body: decision.body };
    if (decision?.kind === 'raised') return noGraph(request.prompt, decision.message);
    const { nodeErrors = {}, excludedInstanceIds = [] } = decision ?? {};
    return acceptance(await queue(request, caller, excludedInstanceIds), nodeErrors);
  };

  /** Errors of the studio in ComfyUI's envelope. */
  const answered = async (request: PromptRequest, caller: Caller): Promise<Outcome> => {
    try {
      const answer = await take(request, caller);
      return { answer, isNew: answer.status === 200 };
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      return { answer: submissionError(error, readableGraph(request.prompt)), isNew: false };
    }
  };

  /** The answer to the first submission of a graph, given again. */
  const repeat = async (record: JobRecord, request: PromptRequest): Promise<DoorAnswer> => {
    if (!isSameGraph(readableGraph(request.prompt), record.order.prompt)) return duplicate(record.order.jobId);
    if (record.acceptedWith !== null) return acceptance(record, {});
    const decision = await judged(request);
    return acceptance(record, decision?.kind === 'taken' ? decision.nodeErrors : {});
  };

  /** A job that left no trace in ComfyUI's sense, deleted or taken out before it began, is no reason against its id. */
  const makeFree = async (record: JobRecord): Promise<boolean> => {
    if (record.historyAt !== null || !isFinished(record.view)) return false;
    await jobs.remove([record.order.jobId], false);
    return true;
  };

  const takeNamed = async (promptId: string, request: PromptRequest, caller: Caller): Promise<Outcome> => {
    const record = jobs.record(promptId);
    if (record !== undefined && !(await makeFree(record)))
      return { answer: await repeat(record, request), isNew: false };
    return answered(request, caller);
  };

  const outcomeOf = async (request: PromptRequest, caller: Caller): Promise<Outcome> => {
    const { promptId, prompt } = request;
    if (promptId === null) return answered(request, caller);
    const underway = taking.get(promptId);
    if (underway !== undefined) {
      const isSame = isDeepStrictEqual(underway.prompt, prompt);
      return { answer: isSame ? (await underway.outcome).answer : duplicate(promptId), isNew: false };
    }
    const outcome = takeNamed(promptId, request, caller).finally(() => taking.delete(promptId));
    taking.set(promptId, { prompt, outcome });
    return outcome;
  };

  return {
    submit: async ({ body, caller }) => {
      const request = readPromptRequest(body);
      const { answer, isNew } =
        'status' in request ? { answer: request, isNew: false } : await outcomeOf(request, caller);
      if (!isNew && takesNumber(body)) jobs.skipNumber();
      return answer;
    },
  };
};
