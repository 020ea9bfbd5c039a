import { useQueryClient } from '@tanstack/react-query';
import type { JobView } from '#contract/models/job.ts';
import { type JobFilter, jobPageKey } from '#contract/models/queue.ts';
import type { TopicState } from '#contract/topics.ts';
import { useServices } from '../../state/app-context.tsx';
import { topicKey } from '../../studio-client/topic-cache.ts';

/** Jobs of one page of a list. */
export const listPageSize = 50;
/** Most jobs that one call takes, and most of one answer. */
const mostJobsOfCall = 10_000;
const mostJobsOfAnswer = 200;

interface JobOrderReader {
  /** The job at a position, while its page is watched. */
  readonly jobAt: (index: number) => JobView | undefined;
  /** The ids of a range, asked from the studio page by page; at most as many as one call takes. */
  readonly idsOf: (first: number, last: number) => Promise<string[]>;
}

/** Reads the order of a list from the pages that are on screen, and from the studio beyond them. */
export const useJobOrder = (filter: JobFilter): JobOrderReader => {
  const queries = useQueryClient();
  const { client } = useServices();
  return {
    jobAt: (index) => {
      const offset = Math.floor(index / listPageSize) * listPageSize;
      const key = topicKey('jobPage', jobPageKey({ ...filter, offset, limit: listPageSize }));
      return queries.getQueryData<TopicState<'jobPage'>>(key)?.jobs[index - offset];
    },
    idsOf: async (first, last) => {
      const wanted = Math.min(mostJobsOfCall, last - first + 1);
      const ids: string[] = [];
      while (ids.length < wanted) {
        const limit = Math.min(mostJobsOfAnswer, wanted - ids.length);
        const { jobs } = await client.call('jobs.list', { ...filter, offset: first + ids.length, limit });
        ids.push(...jobs.map(({ id }) => id));
        if (jobs.length < limit) break;
      }
      return ids;
    },
  };
};
