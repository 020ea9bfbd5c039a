import { StudioError } from '#contract/errors.ts';
import type { JobRecord } from '#core/jobs/job-record.ts';
import type { Cancel } from '#core/ports/clock.ts';
import { isObject } from '#core/shared/json-object.ts';
import { requirePrompt } from '#core/workflows/inspect-workflow.ts';
import type { GatewayContext } from '../context.ts';
import type { EnvelopeAnswer } from '../error-envelope.ts';
import { type Exchange, readJson } from '../exchange.ts';
import { type ApiRefusal, refusal } from './answers.ts';
import { assetFolder } from './asset-names.ts';
import { type Graph, type ReferredAsset, resolveAssets } from './asset-references.ts';
import { idempotencyKeyOf, idOfKey } from './named-ids.ts';

/** The only extra data that the official API takes. */
const extraKeys = ['api_key_comfy_org'];

interface ReadBody {
  readonly workflow: Readonly<Record<string, unknown>>;
  readonly extraData: Readonly<Record<string, unknown>>;
}

const readBody = async (exchange: Exchange): Promise<ReadBody | ApiRefusal> => {
  const body = await readJson(exchange);
  if (body.kind !== 'json' || !isObject(body.value))
    return refusal('invalid_request', 'The body must be a JSON object.');
  const { workflow, extra_data: extra = {} } = body.value;
  if (!isObject(workflow)) return refusal('invalid_workflow', 'workflow must be a graph in API format.');
  if (!isObject(extra)) return refusal('invalid_request', 'extra_data must be an object.');
  const unknown = Object.keys(extra).filter((key) => !extraKeys.includes(key));
  if (unknown.length > 0) return refusal('invalid_request', 'extra_data has keys that are not known.', { unknown });
  return { workflow, extraData: extra };
};

const isRefusal = (value: object): value is ApiRefusal => 'code' in value && 'message' in value;

/** What the door says in ComfyUI's words, in those of the official API. */
const refusalOfDoor = ({ status, body }: EnvelopeAnswer): ApiRefusal => {
  const { error, node_errors } = body;
  const message = error.details === '' ? error.message : `${error.message}: ${error.details}`;
  if (status === 429) return refusal('queue_full', message);
  if (status >= 500) return refusal('upstream_error', error.message);
  return refusal('invalid_workflow', message, { type: error.type, node_errors, ...error.extra_info });
};

/** Puts assets into the gateway's input folder, from which they go to the instance that runs the job; answers the names they got. */
const placeAssets = async (
  { api, shelf }: GatewayContext,
  assets: readonly ReferredAsset[],
): Promise<ReadonlyMap<string, string>> => {
  const values = new Map<string, string>();
  for (const { fileName, record } of assets) {
    const { id, uploadId, sizeBytes } = record;
    api.assets.noteUse(id);
    const place = { folder: 'input', subfolder: assetFolder, fileName, overwrite: false } as const;
    const { name, subfolder } = await shelf.put({ uploadId, sizeBytes, ...place });
    values.set(fileName, `${subfolder}/${name}`);
  }
  return values;
};

/** Hands a workflow to the door with its assets, which nobody can take away until the job itself holds them. */
const submitGraph = async (
  context: GatewayContext,
  workflow: Graph,
  submit: (graph: Graph) => Promise<JobRecord | ApiRefusal>,
): Promise<JobRecord | ApiRefusal> => {
  const { inputs, api } = context;
  const { assets } = api;
  const resolved = resolveAssets(workflow, (info) => assets.find(info.id) ?? assets.byHash(info.hash));
  if (isRefusal(resolved)) return resolved;
  const releases: Cancel[] = [];
  try {
    for (const { record } of resolved.assets) releases.push(inputs.hold(record.uploadId));
    const values = await placeAssets(context, resolved.assets);
    return await submit(resolved.named((fileName) => values.get(fileName) ?? fileName));
  } finally {
    for (const release of releases) release();
  }
};

/** Takes a workflow as a job, which is on disk when this resolves; or says why not. */
export const submitJob = async (context: GatewayContext, exchange: Exchange): Promise<JobRecord | ApiRefusal> => {
  const { jobs, door, makeId } = context;
  const { submitting } = context.api;
  const key = idempotencyKeyOf(exchange.request);
  const id = key === null ? makeId() : idOfKey('job', key);
  const body = await readBody(exchange);
  if (isRefusal(body)) return body;
  if (jobs.record(id) !== undefined || submitting.has(id)) {
    return refusal('idempotency_key_reuse', 'A request with this Idempotency-Key was taken already.', { job_id: id });
  }
  submitting.add(id);
  try {
    return await submitGraph(context, body.workflow, async (graph) => {
      // The door speaks of an editor's file as of a broken graph; this API tells them apart.
      requirePrompt(graph, () => true);
      const request = { prompt: graph, prompt_id: id, extra_data: body.extraData };
      const answer = await door.submit({ body: request, caller: exchange.caller });
      if ('error' in answer.body) return refusalOfDoor({ status: answer.status, body: answer.body });
      const record = jobs.record(id);
      if (record === undefined) throw new StudioError('JOB_NOT_FOUND', undefined, { details: { jobId: id } });
      return record;
    });
  } finally {
    submitting.delete(id);
  }
};
