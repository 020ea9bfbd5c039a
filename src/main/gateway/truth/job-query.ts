/** States of a job, in the order in which the API names them. */
export const clientJobStates = ['pending', 'in_progress', 'completed', 'failed', 'cancelled'] as const;

export type ClientJobState = (typeof clientJobStates)[number];

/** What GET /api/jobs was asked for. */
export interface JobQuery {
  readonly states: ReadonlySet<ClientJobState>;
  /** Null for any; else the job's own must be this very text. */
  readonly workflowId: string | null;
  readonly sortBy: 'created_at' | 'execution_duration';
  readonly isAscending: boolean;
  readonly limit: number | null;
  readonly offset: number;
}

const isState = (text: string): text is ClientJobState => clientJobStates.some((state) => state === text);

const readStates = (text: string | null): ReadonlySet<ClientJobState> | { readonly error: string } => {
  const words = (text ?? '').split(',').flatMap((word) => word.trim().toLowerCase() || []);
  const unknown = words.filter((word) => !isState(word));
  if (unknown.length > 0) {
    return { error: `Invalid status value(s): ${unknown.join(', ')}. Valid values: ${clientJobStates.join(', ')}` };
  }
  return new Set(words.length === 0 ? clientJobStates : words.filter(isState));
};

const isInteger = (text: string): boolean => /^\s*[+-]?\d+\s*$/u.test(text);

const readLimit = (text: string | null): number | null | { readonly error: string } => {
  if (text === null) return null;
  if (!isInteger(text)) return { error: 'limit must be an integer' };
  return Number(text) > 0 ? Number(text) : { error: 'limit must be a positive integer' };
};

/** Reads the query; where it is refused, why, in ComfyUI's words (comfyui-protocol.md 4.6). */
export const readJobQuery = (query: URLSearchParams): JobQuery | { readonly error: string } => {
  const states = readStates(query.get('status'));
  if ('error' in states) return states;
  const sortBy = query.get('sort_by')?.toLowerCase() ?? 'created_at';
  if (sortBy !== 'created_at' && sortBy !== 'execution_duration') {
    return { error: "sort_by must be 'created_at' or 'execution_duration'" };
  }
  const order = query.get('sort_order')?.toLowerCase() ?? 'desc';
  if (order !== 'asc' && order !== 'desc') return { error: "sort_order must be 'asc' or 'desc'" };
  const limit = readLimit(query.get('limit'));
  if (typeof limit === 'object' && limit !== null) return limit;
  const offset = query.get('offset') ?? '0';
  if (!isInteger(offset)) return { error: 'offset must be an integer' };
  return {
    states,
    workflowId: query.get('workflow_id') || null,
    sortBy,
    isAscending: order === 'asc',
    limit,
    offset: Math.max(0, Number(offset)),
  };
};

/** As much of a job as decides about its place in a list. */
export interface JobLine {
  readonly jobId: string;
  readonly status: ClientJobState;
  readonly createdAt: number;
  /** 0 while it has not ended. */
  readonly durationMs: number;
}

/** What matches, in order; what is equal keeps its order both ways. `isOf` tells whether a job is of the workflow that is asked for. */
export const chooseJobs = (
  lines: readonly JobLine[],
  query: JobQuery,
  isOf: (jobId: string) => boolean,
): readonly string[] => {
  const direction = query.isAscending ? 1 : -1;
  const valueOf = (line: JobLine): number => (query.sortBy === 'created_at' ? line.createdAt : line.durationMs);
  return lines
    .filter(({ status, jobId }) => query.states.has(status) && (query.workflowId === null || isOf(jobId)))
    .toSorted((one, other) => direction * (valueOf(one) - valueOf(other)))
    .map(({ jobId }) => jobId);
};

/** The part of a list that is asked for, and what its answer says of the rest. */
export const pageOf = (jobIds: readonly string[], { offset, limit }: JobQuery) => {
  const page = jobIds.slice(offset, limit === null ? undefined : offset + limit);
  const total = jobIds.length;
  return { page, pagination: { offset, limit, total, has_more: offset + page.length < total } };
};
