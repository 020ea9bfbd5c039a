import { describe, expect, it } from 'vitest';
import type { SavedWorkflow } from '#contract/models/library.ts';
import type { JobRecord } from '#core/jobs/job-record.ts';
import { createEmitter } from '#core/shared/emitter.ts';
import { jobRecord } from '../gateway/truth/record.fixture.ts';
import { createWorkflowPictures } from './workflow-pictures.ts';

const jobId = '00000000-0000-4000-8000-000000000001';
const workflowId = '00000000-0000-4000-8000-000000000002';

const endedJob = (kind: 'image' | 'video'): JobRecord => {
  const output = {
    index: 3,
    nodeId: '9',
    kind,
    key: 'images',
    filename: 'a.png',
    subfolder: '',
    type: 'output',
    text: '',
  };
  return jobRecord(jobId, { view: { state: 'succeeded', finishedAt: 5, outputs: [output] } });
};

const setUp = (records: readonly JobRecord[], { pictureChosen = false } = {}) => {
  const changes = createEmitter<JobRecord>();
  const asked: string[] = [];
  const pictures: string[] = [];
  const workflow: SavedWorkflow = {
    id: workflowId,
    revision: 1,
    name: 'Grey square',
    tags: [],
    nodeCount: 1,
    models: [],
    picture: null,
    pictureChosen,
    createdAt: 1,
    changedAt: 1,
    lastRunAt: null,
    deletedAt: null,
  };
  const content = { name: 'Grey square', tags: [], prompt: {}, editor: null, pinned: [], seeds: {} };
  const { follow } = createWorkflowPictures({
    library: {
      get: async () => ({ workflow, content }),
      setPicture: async (id, picture) => {
        pictures.push(`${id} ${Buffer.from(picture?.base64 ?? '', 'base64').toString()}`);
        return workflow;
      },
    },
    jobs: {
      record: (id) => records.find(({ order }) => order.jobId === id),
      onChange: changes.on,
      openOutput: async (id, index) => {
        asked.push(`${id} ${index}`);
        return { status: 200, headers: {}, body: new ReadableStream() };
      },
    },
    inputStore: { open: () => Promise.reject(new Error('nothing was uploaded')) },
    makeThumbnail: async () => ({ contentType: 'image/webp', bytes: Buffer.from('small') }),
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { follow, asked, pictures, settled, changed: changes.emit };
};

const taken = { asked: [`${jobId} 3`], pictures: [`${workflowId} small`] };

describe('the picture of a saved workflow', () => {
  it('is the first one of a run that ends later', async () => {
    const { follow, asked, pictures, settled, changed } = setUp([jobRecord(jobId)]);
    follow(workflowId, jobId);
    changed(jobRecord('another'));
    await settled();
    expect(pictures).toEqual([]);
    changed(endedJob('image'));
    changed(endedJob('image'));
    await settled();
    expect({ asked, pictures }).toEqual(taken);
  });

  it('is that of a run that had ended before it was known whose it is', async () => {
    const { follow, asked, pictures, settled } = setUp([endedJob('image')]);
    follow(workflowId, jobId);
    await settled();
    expect({ asked, pictures }).toEqual(taken);
  });

  it.each([
    ['somebody chose one', [endedJob('image')], { pictureChosen: true }],
    ['the run made none', [endedJob('video')], {}],
  ] as const)('stays as it is where %s', async (_, records, options) => {
    const { follow, pictures, settled } = setUp(records, options);
    follow(workflowId, jobId);
    await settled();
    expect(pictures).toEqual([]);
  });
});
