import { errors } from './errors.ts';
import { frame } from './frame.ts';
import { instances } from './instances.ts';
import { jobs } from './jobs.ts';
import { news } from './news.ts';

/** The English sentences of the first page and of what can happen on any page. They come with the program itself. */
export const first = { errors, frame, instances, jobs, news } as const;
