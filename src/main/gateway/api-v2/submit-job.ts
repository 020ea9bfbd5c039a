import { StudioError } from '#contract/errors.ts';
import { jobSubmissionSchema } from '#contract/models/job.ts';
import type { JobRecord } from '#core/jobs/job-record.ts';
import { isObject } from '#core/shared/json-object.ts';
import { requirePrompt } from '#core/workflows/inspect-workflow.ts';
import type { GatewayContext } from '../context.ts';
import { type Exchange, readJson } from '../exchange.ts';
import { type ApiRefusal, refusal } from './answers.ts';
import { resolveAssets } from './asset-references.ts';
import { idOfKey } from './named-ids.ts';

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

/** Takes a workflow as a job, which is on disk when this resolves; or says why not. */
export const submitJob = async (context: GatewayContext, exchange: Exchange): Promise<JobRecord | ApiRefusal> => {
  const { jobs } = context;
  const { assets } = context.api;
  const key = exchange.request.headers['idempotency-key'];
  const id = typeof key === 'string' && key !== '' ? idOfKey('job', key) : undefined;
  const body = await readBody(exchange);
  if (isRefusal(body)) return body;
  const reused = refusal('idempotency_key_reuse', 'A request with this Idempotency-Key was taken already.', {
    job_id: id,
  });
  if (id !== undefined && jobs.record(id) !== undefined) return reused;
  const resolved = resolveAssets(body.workflow, (info) => assets.find(info.id) ?? assets.byHash(info.hash));
  if (isRefusal(resolved)) return resolved;
  const prompt = requirePrompt(resolved.graph, jobs.catalogs.isOutput);
  const submission = jobSubmissionSchema.parse({ prompt, id, extraData: body.extraData });
  const inputs = resolved.assets.map(
    ({ name, uploadId }) => ({ name, uploadId, kind: 'input', subfolder: '', type: 'input' }) as const,
  );
  try {
    const view = await jobs.submit(submission, { caller: exchange.caller.key, inputs });
    const record = jobs.record(view.id);
    if (record === undefined) throw new StudioError('JOB_NOT_FOUND');
    return record;
  } catch (error) {
    const isTaken =
      error instanceof StudioError && error.code === 'INPUT_INVALID' && error.details?.['reason'] === 'taken';
    if (isTaken) return reused;
    throw error;
  }
};
