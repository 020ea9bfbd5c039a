import type { SQLInputValue } from 'node:sqlite';
import { z } from 'zod';
import { type JobEvent, jobEventSchema, jobViewSchema } from '#contract/models/job.ts';
import type { StoredJob, StoredOrder } from '#core/ports/job-store.ts';
import type { Row } from './sqlite-values.ts';

/** What is sent beside a graph, such as the editor's own file of the workflow, which can be larger than the graph. */
export type ExtraData = StoredOrder['extraData'];

export const extraDataSchema: z.ZodType<ExtraData> = z.record(z.string(), z.unknown());

const storedJobSchema: z.ZodType<StoredJob> = z.object({
  order: z.object({
    jobId: z.string(),
    inputs: z.array(
      z.object({
        name: z.string(),
        uploadId: z.string(),
        kind: z.enum(['input', 'image-cache']).default('input'),
        subfolder: z.string().default(''),
        type: z.string().default('input'),
      }),
    ),
    extraData: z.record(z.string(), z.unknown()),
    passThrough: z.record(z.string(), z.unknown()),
    number: z.number(),
    upstreamClientId: z.string(),
    lane: z.string().nullable(),
    caller: z.string().nullable().default(null),
    repeatable: z.boolean().default(true),
    unfitInstanceIds: z.array(z.string()).default([]),
    sealed: z.record(z.string(), z.string()).default({}),
  }),
  view: jobViewSchema,
  intent: z
    .object({
      instanceId: z.string(),
      readyAt: z.number().nullable(),
      at: z.number(),
      clientId: z.string().nullable(),
    })
    .nullable(),
  evidence: z.object({
    entry: z.unknown(),
    refusal: z.unknown(),
    acceptedWith: z.unknown(),
    outputFolders: z.unknown(),
    losses: z.unknown().optional(),
    undecided: z.unknown().optional(),
  }),
  firm: z.boolean(),
  excludedInstanceIds: z.array(z.string()),
  patches: z.array(
    z.object({ nodeId: z.string(), inputName: z.string(), value: z.union([z.string(), z.number(), z.boolean()]) }),
  ),
  graphKey: z.string(),
  hidden: z.boolean(),
  historyAt: z.number().nullable(),
});

const json = (value: unknown): string => JSON.stringify(value);
const jsonOrNull = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
const whole = (value: number): number => Math.round(value);
const wholeOrNull = (value: number | null): number | null => (value === null ? null : Math.round(value));

/** Case does not matter when titles are searched. */
export const foldTitle = (text: string): string => text.toLocaleLowerCase('en').normalize('NFC');

/** What an update may change of a row. */
const changingValues = ({ view, intent, evidence, firm, excludedInstanceIds, hidden, historyAt }: StoredJob) => ({
  state: view.state,
  reason: view.reason?.code ?? null,
  title: view.title,
  title_folded: foldTitle(view.title),
  priority: view.priority,
  kind: view.kind,
  rank: view.rank,
  firm: Number(firm),
  tries: view.tries,
  deaths: view.deaths,
  batch_id: view.batchId,
  batch_index: view.batchIndex,
  client_id: view.clientId,
  requested_instance_id: view.requestedInstanceId,
  instance_id: view.instanceId,
  submitted_at: whole(view.submittedAt),
  assigned_at: wholeOrNull(view.assignedAt),
  sent_at: wholeOrNull(intent?.at ?? null),
  started_at: wholeOrNull(view.startedAt),
  finished_at: wholeOrNull(view.finishedAt),
  timeout_ms: view.timeoutMs,
  cached_nodes: view.cachedNodes,
  has_preview: Number(view.hasPreview),
  error_code: view.error?.code ?? null,
  intent_instance_id: intent?.instanceId ?? null,
  intent_ready_at: wholeOrNull(intent?.readyAt ?? null),
  intent_client_id: intent?.clientId ?? null,
  reason_details: view.reason === null ? null : json(view.reason.details),
  error: jsonOrNull(view.error),
  node_errors: json(view.nodeErrors),
  outputs: json(view.outputs),
  progress: jsonOrNull(view.progress),
  estimate: jsonOrNull(view.estimate),
  excluded_instance_ids: json(excludedInstanceIds),
  placement: jsonOrNull(view.placement),
  evidence: json(evidence),
  hidden: Number(hidden),
  history_at: wholeOrNull(historyAt),
});

/** What stays as it was when the job came. */
const lastingValues = ({ order, graphKey, patches }: StoredJob, extraDataKey: string | null) => ({
  lane: order.lane,
  graph_key: graphKey,
  extra_data_key: extraDataKey,
  patches: json(patches),
  submission: json({
    inputs: order.inputs,
    number: order.number,
    upstreamClientId: order.upstreamClientId,
    passThrough: order.passThrough,
    caller: order.caller,
    repeatable: order.repeatable,
    unfitInstanceIds: order.unfitInstanceIds,
    sealed: order.sealed,
  }),
});

type ColumnsOf<Values> = readonly (keyof Values & string)[];

/** The columns of an update and of an addition, in the order of their values. */
export const changingColumns: ColumnsOf<ReturnType<typeof changingValues>> = [
  'state',
  'reason',
  'title',
  'title_folded',
  'priority',
  'kind',
  'rank',
  'firm',
  'tries',
  'deaths',
  'batch_id',
  'batch_index',
  'client_id',
  'requested_instance_id',
  'instance_id',
  'submitted_at',
  'assigned_at',
  'sent_at',
  'started_at',
  'finished_at',
  'timeout_ms',
  'cached_nodes',
  'has_preview',
  'error_code',
  'intent_instance_id',
  'intent_ready_at',
  'intent_client_id',
  'reason_details',
  'error',
  'node_errors',
  'outputs',
  'progress',
  'estimate',
  'excluded_instance_ids',
  'placement',
  'evidence',
  'hidden',
  'history_at',
];
const lastingColumns: ColumnsOf<ReturnType<typeof lastingValues>> = [
  'lane',
  'graph_key',
  'extra_data_key',
  'patches',
  'submission',
];
export const jobColumns = ['id', ...changingColumns, ...lastingColumns];

/** The values of `changingColumns`. */
export const updateValues = (job: StoredJob): readonly SQLInputValue[] => {
  const values = changingValues(job);
  return changingColumns.map((column) => values[column]);
};

/** The values of `jobColumns`. */
export const addValues = (job: StoredJob, extraDataKey: string | null): readonly SQLInputValue[] => {
  const values = lastingValues(job, extraDataKey);
  return [job.view.id, ...updateValues(job), ...lastingColumns.map((column) => values[column])];
};

const parsed = (value: unknown): unknown => (typeof value === 'string' ? JSON.parse(value) : null);

const viewOf = (row: Row) => ({
  id: row['id'],
  title: row['title'],
  state: row['state'],
  instanceId: row['instance_id'],
  requestedInstanceId: row['requested_instance_id'],
  clientId: row['client_id'],
  placement: parsed(row['placement']),
  progress: parsed(row['progress']),
  hasPreview: row['has_preview'] === 1,
  outputs: parsed(row['outputs']),
  error: parsed(row['error']),
  nodeErrors: parsed(row['node_errors']),
  cachedNodes: row['cached_nodes'],
  tries: row['tries'],
  deaths: row['deaths'],
  reason: row['reason'] === null ? null : { code: row['reason'], details: parsed(row['reason_details']) },
  priority: row['priority'],
  rank: row['rank'],
  kind: row['kind'],
  timeoutMs: row['timeout_ms'],
  batchId: row['batch_id'],
  batchIndex: row['batch_index'],
  estimate: parsed(row['estimate']),
  submittedAt: row['submitted_at'],
  assignedAt: row['assigned_at'],
  startedAt: row['started_at'],
  finishedAt: row['finished_at'],
});

const submissionSchema = z.object({
  inputs: z.unknown(),
  number: z.unknown(),
  upstreamClientId: z.unknown(),
  passThrough: z.unknown(),
  // Jobs of earlier versions lack the following.
  caller: z.unknown().optional(),
  repeatable: z.unknown().optional(),
  unfitInstanceIds: z.unknown().optional(),
  sealed: z.unknown().optional(),
});

const storedOf = (row: Row, extraData: ExtraData): unknown => ({
  order: {
    jobId: row['id'],
    ...submissionSchema.parse(parsed(row['submission'])),
    extraData,
    lane: row['lane'],
  },
  view: viewOf(row),
  intent:
    row['sent_at'] === null
      ? null
      : {
          instanceId: row['intent_instance_id'],
          readyAt: row['intent_ready_at'],
          at: row['sent_at'],
          clientId: row['intent_client_id'],
        },
  evidence: parsed(row['evidence']),
  firm: row['firm'] === 1,
  excludedInstanceIds: parsed(row['excluded_instance_ids']),
  patches: parsed(row['patches']),
  graphKey: row['graph_key'],
  hidden: row['hidden'] === 1,
  historyAt: row['history_at'],
});

/** Why a row could not be read, or what it holds. */
export type ReadRow<Value> = { readonly value: Value } | { readonly unreadable: string };

const reading = <Value>(schema: z.ZodType<Value>, make: () => unknown): ReadRow<Value> => {
  try {
    const result = schema.safeParse(make());
    if (result.success) return { value: result.data };
    return { unreadable: `wrong content at ${result.error.issues[0]?.path.join('.') ?? 'the top'}` };
  } catch (error) {
    if (error instanceof SyntaxError) return { unreadable: 'not JSON' };
    if (error instanceof z.ZodError) return { unreadable: 'wrong content' };
    throw error;
  }
};

/** A row of `jobs` with the extra data that it names; nothing of it is believed before it was checked. */
export const readJobRow = (row: Row, extraData: ExtraData): ReadRow<StoredJob> =>
  reading(storedJobSchema, () => storedOf(row, extraData));

/** A row of `job_events`. */
export const readEventRow = (row: Row): ReadRow<JobEvent> =>
  reading(jobEventSchema, () => ({
    at: row['at'],
    type: row['type'],
    instanceId: row['instance_id'],
    details: parsed(row['details']),
  }));

/** JSON text of a column under a schema. */
export const readJson = <Value>(text: unknown, schema: z.ZodType<Value>): ReadRow<Value> =>
  reading(schema, () => parsed(text));
