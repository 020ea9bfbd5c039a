import { text } from 'node:stream/consumers';
import { type JobLoad, submitJobs } from './jobs.ts';
import { type PreviewLoad, watchPreviews } from './previews.ts';
import { type RequestLoad, sendRequests } from './requests.ts';

/** Makes the load that is named in the arguments, with the options on stdin, and writes what it measured to stdout. */
const [, , kind = ''] = process.argv;
const options: unknown = JSON.parse(await text(process.stdin));

const measure = (): Promise<unknown> => {
  switch (kind) {
    case 'requests':
      return sendRequests(options as RequestLoad);
    case 'jobs':
      return submitJobs(options as JobLoad);
    case 'previews':
      return watchPreviews(options as PreviewLoad);
    default:
      throw new Error(`there is no load "${kind}"`);
  }
};

// A pipe takes a long text in pieces: only when the last one is out may the process end.
process.stdout.write(JSON.stringify(await measure()), () => process.exit(0));
