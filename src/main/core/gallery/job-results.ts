import type { GalleryKind } from '#contract/models/gallery.ts';
import type { JobOutput } from '#contract/models/job.ts';
import type { JobResult } from '#core/ports/gallery.ts';
import type { JobRecord } from '../jobs/job-record.ts';
import { mediaKindOf } from './media-kind.ts';
import { promptFactsOf } from './prompt-facts.ts';

type Place = Pick<JobResult, 'storage' | 'folder' | 'subfolder' | 'name'>;
type Folders = JobRecord['outputFolders'];

/** Parts of a subfolder that stay below their folder; null for anything else. */
const safeSubfolder = (subfolder: string): string | null => {
  const parts = subfolder.replaceAll('\\', '/').split('/');
  const kept = parts.filter((part) => part !== '' && part !== '.');
  const climbs = kept.includes('..') || kept.some((part) => part.includes(':') || part.includes('\0'));
  return climbs ? null : kept.join('/');
};

const isPlainName = (name: string): boolean => !/[/\\\0]/u.test(name) && name !== '..' && name !== '.';

/** Where a result lies. What is not plainly below a folder of its instance is read over its job, which looks at each path itself. */
const placeOf = ({ filename, subfolder, type }: JobOutput, folders: Folders): Place => {
  const below = safeSubfolder(subfolder);
  if (folders !== null && below !== null && isPlainName(filename) && (type === 'output' || type === 'temp')) {
    return { storage: type, folder: folders[type], subfolder: below, name: filename };
  }
  return { storage: 'job', folder: null, subfolder: below ?? '', name: filename };
};

const kindOf = ({ kind, filename }: JobOutput): GalleryKind =>
  (filename === '' ? null : mediaKindOf(filename)) ?? (kind === 'file' ? 'other' : kind);

/** The results of an ended job, for the index. Pictures that a job was given to work on are none. */
export const resultsOf = ({ view, order, outputFolders }: JobRecord): readonly JobResult[] => {
  const outputs = view.outputs.filter(
    ({ type, filename, text }) => type !== 'input' && (filename !== '' || text !== ''),
  );
  if (outputs.length === 0) return [];
  const facts = promptFactsOf(order.prompt, view.title);
  return outputs.map((output) => ({
    jobId: view.id,
    index: output.index,
    instanceId: view.instanceId,
    createdAt: view.finishedAt ?? view.submittedAt,
    kind: kindOf(output),
    text: output.text,
    facts,
    ...(output.filename === ''
      ? { storage: 'job' as const, folder: null, subfolder: '', name: '' }
      : placeOf(output, outputFolders)),
  }));
};
