import type { JobRecord } from '#core/jobs/job-record.ts';
import { isObject } from '#core/shared/json-object.ts';
import type { Caller } from '../access/caller.ts';
import type { GatewayContext } from '../context.ts';
import { type Exchange, type JsonBody, readJson, sendEmpty } from '../exchange.ts';
import type { RoutePattern } from '../routes.ts';
import { isTruthy, refuseBody } from './asked-body.ts';
import { isOfCaller } from './callers-jobs.ts';
import { cancelRecords } from './cancel-records.ts';
import { hasBegun, queueLists } from './queue-view.ts';

/**
 * Which of the jobs that run an interrupt means: the one that is named, else the caller's own, where ComfyUI stops whatever runs. What is
 * no JSON names none; null for JSON that ComfyUI fails over (comfyui-protocol.md 2.2).
 */
export const interruptTarget = (body: JsonBody, caller: Caller): ((record: JobRecord) => boolean) | null => {
  if (body.kind === 'json' && !isObject(body.value)) return null;
  const named = body.kind === 'json' && isObject(body.value) ? body.value['prompt_id'] : undefined;
  return isTruthy(named) ? ({ order }) => order.jobId === named : (record) => isOfCaller(caller, record);
};

/** POST /interrupt. */
export const postInterrupt = async ({ jobs }: GatewayContext, exchange: Exchange): Promise<void> => {
  const isMeant = interruptTarget(await readJson(exchange), exchange.caller);
  if (isMeant === null) {
    refuseBody(exchange, 'The body is no JSON object.');
    return;
  }
  const { running, pending } = queueLists(jobs);
  await cancelRecords(
    jobs,
    [...running, ...pending].filter((record) => hasBegun(record) && isMeant(record)),
  );
  sendEmpty(exchange);
};

interface FreeDependencies {
  readonly fleet: Pick<GatewayContext['fleet'], 'candidates'>;
  readonly client: Pick<GatewayContext['client'], 'free'>;
  readonly logger: Pick<GatewayContext['logger'], 'warn'>;
}

/** Tells all instances that run what to let go of, and waits for none: one may be busy for long, or not answer at all. */
export const freeAll = (
  { fleet, client, logger }: FreeDependencies,
  what: { readonly unloadModels: boolean; readonly freeMemory: boolean },
): void => {
  if (!what.unloadModels && !what.freeMemory) return;
  for (const { instanceId, endpoint, status } of fleet.candidates()) {
    if (status !== 'running' && status !== 'paused') continue;
    client.free(endpoint, undefined, what).catch((error: unknown) => {
      logger.warn('An instance was not told to free its memory.', { instanceId, error: String(error) });
    });
  }
};

/** POST /free: ComfyUI only notes the wish, and so does this. */
export const postFree = async (context: GatewayContext, exchange: Exchange): Promise<void> => {
  const body = await readJson(exchange);
  if (body.kind !== 'json' || !isObject(body.value)) {
    refuseBody(exchange, 'The body is no JSON object with "unload_models" or "free_memory".');
    return;
  }
  const { unload_models: unloadModels, free_memory: freeMemory } = body.value;
  freeAll(context, { unloadModels: isTruthy(unloadModels), freeMemory: isTruthy(freeMemory) });
  sendEmpty(exchange);
};

export const commandRoutes: readonly RoutePattern[] = [
  { path: '/interrupt', methods: { POST: postInterrupt } },
  { path: '/free', methods: { POST: postFree } },
];
