import { type Job, type JobState, jobStates } from './jobs.ts';

/** What GET /api/jobs was asked for. */
export interface JobQuery {
  readonly states: readonly JobState[];
  readonly workflowId: string | null;
  readonly sortBy: 'created_at' | 'execution_duration';
  readonly isAscending: boolean;
  readonly limit: number | null;
  readonly offset: number;
}

const isState = (text: string): text is JobState => jobStates.some((state) => state === text);

const integer = /^[+-]?\d+$/;

const statesOf = (text: string | null): readonly JobState[] | string => {
  const words = (text ?? '')
    .split(',')
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== '');
  const unknown = words.filter((word) => !isState(word));
  if (unknown.length > 0) {
    return `Invalid status value(s): ${unknown.join(', ')}. Valid values: ${jobStates.join(', ')}`;
  }
  return words.length === 0 ? jobStates : words.filter(isState);
};

const limitOf = (text: string | null): number | null | string => {
  if (text === null) return null;
  if (!integer.test(text)) return 'limit must be an integer';
  return Number(text) > 0 ? Number(text) : 'limit must be a positive integer';
};

/** Reads the query; a string is the reason why it is refused. */
export const jobQueryOf = (query: URLSearchParams): JobQuery | string => {
  const states = statesOf(query.get('status'));
  if (typeof states === 'string') return states;
  const sortBy = query.get('sort_by')?.toLowerCase() ?? 'created_at';
  if (sortBy !== 'created_at' && sortBy !== 'execution_duration') {
    return "sort_by must be 'created_at' or 'execution_duration'";
  }
  const order = query.get('sort_order')?.toLowerCase() ?? 'desc';
  if (order !== 'asc' && order !== 'desc') return "sort_order must be 'asc' or 'desc'";
  const limit = limitOf(query.get('limit'));
  if (typeof limit === 'string') return limit;
  const offset = query.get('offset') ?? '0';
  if (!integer.test(offset)) return 'offset must be an integer';
  return {
    states,
    workflowId: query.get('workflow_id'),
    sortBy,
    isAscending: order === 'asc',
    limit,
    offset: Math.max(0, Number(offset)),
  };
};

const sortValue = (job: Job, sortBy: JobQuery['sortBy']): number => {
  if (sortBy === 'created_at') return typeof job.create_time === 'number' ? job.create_time : 0;
  return (job.execution_end_time ?? 0) - (job.execution_start_time ?? 0);
};

/** Filters, sorts and cuts the list; jobs that are equal keep their order in both directions. */
export const jobPage = (jobs: readonly Job[], query: JobQuery): Readonly<Record<string, unknown>> => {
  const matching = jobs
    .filter(({ status }) => query.states.includes(status))
    .filter((job) => query.workflowId === null || job.workflow_id === query.workflowId);
  const direction = query.isAscending ? 1 : -1;
  const sorted = matching.toSorted(
    (first, second) => direction * (sortValue(first, query.sortBy) - sortValue(second, query.sortBy)),
  );
  const end = query.limit === null ? sorted.length : query.offset + query.limit;
  const page = sorted.slice(query.offset, end);
  return {
    jobs: page,
    pagination: {
      offset: query.offset,
      limit: query.limit,
      total: sorted.length,
      has_more: query.offset + page.length < sorted.length,
    },
  };
};
