import type { JobView } from '#contract/models/job.ts';
import { promptSchema } from '#contract/models/workflow.ts';
import type { JobOrder, JobRecord } from '#core/jobs/job-record.ts';
import type { Jobs } from '#core/jobs/jobs.ts';
import type { LiveChange } from '#core/jobs/live-jobs.ts';
import { isObject } from '#core/shared/json-object.ts';
import { loadRecording } from '#sandbox/conformance/recording.ts';

type Data = Readonly<Record<string, unknown>>;

export interface RecordParts extends Partial<Omit<JobRecord, 'order' | 'view'>> {
  readonly order?: Partial<JobOrder>;
  readonly view?: Partial<JobView>;
}

/** A job that waits, unless the parts say otherwise. */
export const jobRecord = (jobId: string, { order, view, ...fields }: RecordParts = {}): JobRecord => ({
  order: {
    jobId,
    prompt: { '9': { class_type: 'SaveImage', inputs: {} } },
    lane: null,
    caller: null,
    repeatable: true,
    unfitInstanceIds: [],
    sealed: {},
    graphKey: 'graph',
    patches: [],
    outputNodeIds: ['9'],
    inputs: [],
    extraData: {},
    passThrough: {},
    number: 0,
    upstreamClientId: 'internal',
    ...order,
  },
  entry: null,
  refusal: null,
  acceptedWith: null,
  outputFolders: null,
  intent: null,
  firm: false,
  excludedInstanceIds: [],
  hidden: false,
  losses: 0,
  undecided: false,
  historyAt: null,
  ...fields,
  view: {
    id: jobId,
    title: '',
    state: 'queued',
    instanceId: null,
    requestedInstanceId: null,
    clientId: null,
    placement: null,
    progress: null,
    hasPreview: false,
    outputs: [],
    error: null,
    nodeErrors: [],
    cachedNodes: 0,
    tries: 0,
    deaths: 0,
    reason: null,
    priority: 0,
    rank: 0,
    kind: 'interactive',
    timeoutMs: null,
    batchId: null,
    batchIndex: null,
    estimate: null,
    submittedAt: 1,
    assignedAt: null,
    startedAt: null,
    finishedAt: null,
    ...view,
  },
});

/** A job in the history. */
export const endedRecord = (jobId: string, historyAt: number, parts: RecordParts = {}): JobRecord =>
  jobRecord(jobId, {
    historyAt,
    ...parts,
    view: { state: 'succeeded', startedAt: 1, finishedAt: historyAt, ...parts.view },
  });

export const objectIn = (value: unknown, ...path: readonly (string | number)[]): Data => {
  let found: unknown = value;
  for (const step of path) found = Array.isArray(found) ? found[Number(step)] : isObject(found) ? found[step] : null;
  if (!isObject(found)) throw new Error(`no object at ${path.join('.')}`);
  return found;
};

export const listIn = (value: unknown, ...path: readonly (string | number)[]): readonly unknown[] => {
  const list: unknown = objectIn(value, ...path.slice(0, -1))[String(path.at(-1))];
  if (!Array.isArray(list)) throw new Error(`no list at ${path.join('.')}`);
  return list;
};

/** The job whose item a real server listed in its queue. */
export const recordOfItem = (item: unknown, parts: RecordParts = {}): JobRecord => {
  if (!Array.isArray(item)) throw new Error('no item');
  const [number, id, prompt, extra, outputs]: readonly unknown[] = item;
  if (!isObject(extra)) throw new Error('an item without extra data');
  const { client_id: clientId, create_time: createTime, ...extraData } = extra;
  return jobRecord(String(id), {
    ...parts,
    order: {
      number: Number(number),
      prompt: promptSchema.parse(prompt),
      extraData: { ...extraData, api_key_comfy_org: 'secret', auth_token_comfy_org: 'secret' },
      outputNodeIds: Array.isArray(outputs) ? outputs.map(String) : [],
      ...parts.order,
    },
    view: { clientId: typeof clientId === 'string' ? clientId : null, submittedAt: Number(createTime), ...parts.view },
  });
};

const messagesOf = (status: Data): readonly (readonly [string, Data])[] =>
  listIn(status, 'messages').map((message) => {
    if (!Array.isArray(message)) throw new Error('no message');
    const [event, data]: readonly unknown[] = message;
    return [String(event), objectIn(data)];
  });

/** The job whose entry a real server gave, as the engine keeps it: without the graph, which stands in the job. */
export const recordOfEntry = (raw: Data, parts: RecordParts = {}): JobRecord => {
  const status = objectIn(raw, 'status');
  const messages = messagesOf(status);
  const completed = status['completed'] === true;
  const isInterrupted = messages.some(([event]) => event === 'execution_interrupted');
  const state = completed ? 'succeeded' : isInterrupted ? 'cancelled' : 'failed';
  const error = { code: 'JOB_NODE_FAILED', message: 'A node raised an error.', retryable: false } as const;
  return recordOfItem(raw['prompt'], {
    historyAt: 1,
    entry: {
      outputs: {},
      statusText: completed ? 'success' : 'error',
      completed,
      messages,
      raw: { ...raw, prompt: [] },
    },
    ...parts,
    view: {
      state,
      instanceId: 'gpu-0',
      startedAt: 1,
      finishedAt: 2,
      error: state === 'failed' ? error : null,
      ...parts.view,
    },
  });
};

/** The entry and the job of a prompt that a real server ran. */
export const recordedEnd = (name: string): { readonly entry: Data; readonly job: Data | null } => {
  const recording = loadRecording(name);
  const [entry] = Object.values(objectIn(recording, 'history', 'json'));
  const { job } = objectIn(recording);
  return { entry: objectIn(entry), job: isObject(job) ? objectIn(job, 'json') : null };
};

/** As much of the engine as lists need, over records that a test changes. */
export interface FakeJobs extends Pick<Jobs, 'past' | 'record' | 'live'> {
  readonly records: Map<string, JobRecord>;
  readonly pages: { readonly offset: number; readonly limit: number }[];
  put(record: JobRecord, change?: LiveChange): void;
  remove(jobId: string): void;
}

const inHistory = (records: Iterable<JobRecord>): readonly JobRecord[] =>
  [...records]
    .filter(({ historyAt }) => historyAt !== null)
    .toSorted((one, other) => (one.historyAt ?? 0) - (other.historyAt ?? 0));

export const fakeJobs = (initial: readonly JobRecord[] = []): FakeJobs => {
  const records = new Map(initial.map((record) => [record.order.jobId, record]));
  const listeners = new Set<(jobId: string, change: LiveChange) => void>();
  const pages: { readonly offset: number; readonly limit: number }[] = [];
  const idsIn = (...states: readonly string[]): readonly string[] =>
    [...records.values()].flatMap(({ order, view }) => (states.includes(view.state) ? [order.jobId] : []));
  const tell = (jobId: string, change: LiveChange): void => {
    for (const listener of listeners) listener(jobId, change);
  };
  return {
    records,
    pages,
    put: (record, change = 'state') => {
      records.set(record.order.jobId, record);
      tell(record.order.jobId, change);
    },
    remove: (jobId) => {
      records.delete(jobId);
      tell(jobId, 'removed');
    },
    record: (jobId) => records.get(jobId),
    past: ({ offset, limit }) => {
      if (limit > 0) pages.push({ offset, limit });
      const all = inHistory(records.values());
      return { records: all.slice(offset, offset + limit), total: all.length };
    },
    live: {
      view: (jobId) => records.get(jobId)?.view,
      onChange: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      waitingIds: () => idsIn('queued'),
      activeIds: () => idsIn('assigned', 'running'),
    },
  };
};
