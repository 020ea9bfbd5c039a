import type { InstanceView } from '#contract/models/instance.ts';
import type { MigrationRemark } from '#contract/models/migration.ts';
import { doneWith, type EffectContext, type EffectOf, type EffectResult } from '../apply/effect-context.ts';
import { remark, someOf } from '../remark.ts';
import { type ModelName, missingModels, modelsKeptAs } from './model-names.ts';
import { modelsOfServer } from './read-models.ts';
import { selfTest } from './self-test.ts';
import { untilSettled } from './wait.ts';

/** A first start may compile and download for a long time; the fleet itself ends one that makes no progress. */
const startLimitMs = 30 * 60_000;
/** A remote instance is only looked at, not started. */
const remoteLimitMs = 15_000;

const isModelName = (value: unknown): value is ModelName =>
  typeof value === 'object' &&
  value !== null &&
  'kind' in value &&
  typeof value.kind === 'string' &&
  'name' in value &&
  typeof value.name === 'string';

const modelsBefore = async (
  instanceId: string,
  { dependencies, begun }: EffectContext,
): Promise<readonly ModelName[]> => {
  const text = await dependencies.journals.kept(begun.runId, modelsKeptAs);
  const byInstance: unknown = text === null ? {} : JSON.parse(text);
  const models: unknown =
    typeof byInstance === 'object' && byInstance !== null && Object.hasOwn(byInstance, instanceId)
      ? Object.entries(byInstance).find(([id]) => id === instanceId)?.[1]
      : [];
  return Array.isArray(models) ? models.filter(isModelName) : [];
};

const notReady = (view: InstanceView | null, facts: Readonly<Record<string, unknown>>): MigrationRemark => {
  const state = view?.state;
  const reason = state?.kind === 'failed' || state?.kind === 'waiting' ? state.reason : null;
  return remark('warning', 'not-ready', 'The instance did not start.', {
    ...facts,
    state: state?.kind ?? 'removed',
    code: reason?.code ?? null,
    evidence: reason?.evidence ?? [],
  });
};

/** Is it ready, does it make a picture, and does it see every model that was seen before? All answers are remarks. */
export const carryOutVerify = async (
  { instance }: EffectOf<'verify'>,
  context: EffectContext,
): Promise<EffectResult> => {
  const { dependencies, signal } = context;
  const { fleet, clock, client } = dependencies;
  const { id, name, kind = 'local' } = instance.draft;
  const facts = { instanceId: id, name };
  const limitMs = kind === 'remote' ? remoteLimitMs : startLimitMs;
  // A studio that ended in between has stopped what it had started.
  const isStopped = fleet
    .list()
    .some(({ configuration, state }) => configuration.id === id && state.kind === 'stopped');
  if (kind === 'local' && isStopped) fleet.start(id);
  const view = await untilSettled(id, fleet, { clock, limitMs, signal });
  if (view === null || (view.state.kind !== 'ready' && view.state.kind !== 'paused'))
    return doneWith([notReady(view, facts)]);
  const endpoint = fleet.endpoint(id);
  const remarks: MigrationRemark[] = [...(await selfTest({ id, name, endpoint }, dependencies, signal))];
  const mismatch = view.warnings.find(({ code }) => code === 'GPU_MISMATCH');
  if (mismatch !== undefined) {
    remarks.push(
      remark('warning', 'gpu-mismatch', 'The instance runs on another GPU than planned.', {
        ...facts,
        ...mismatch.details,
      }),
    );
  }
  const before = await modelsBefore(id, context);
  const after = await modelsOfServer(endpoint, client, signal);
  if (after === null) {
    return doneWith([
      ...remarks,
      remark('info', 'models-unknown', 'The instance does not tell which models it sees.', facts),
    ]);
  }
  const missing = missingModels(before, after);
  remarks.push(
    missing.length === 0
      ? remark('info', 'models-seen', 'The instance sees every model that was seen before.', {
          ...facts,
          before: before.length,
          after: after.length,
        })
      : remark('warning', 'models-missing', 'The instance does not see some models that were seen before.', {
          ...facts,
          before: before.length,
          after: after.length,
          ...someOf(missing),
        }),
  );
  return doneWith(remarks);
};
