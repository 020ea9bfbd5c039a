import { describe, expect, it } from 'vitest';
import { loadRecording } from '#sandbox/conformance/recording.ts';
import { clientJob, detailedJob, jobLine } from './job-view.ts';
import {
  endedRecord,
  jobRecord,
  listIn,
  objectIn,
  recordedEnd,
  recordOfEntry,
  recordOfItem,
} from './record.fixture.ts';

const shown = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a job', () => {
  it.each(['prompt-success', 'prompt-failed', 'prompt-interrupted', 'prompt-text'])(
    'of %s is the one that ComfyUI shows',
    (name) => {
      const { entry, job } = recordedEnd(name);
      expect(shown(detailedJob(recordOfEntry(entry), 'gpu-0'))).toEqual(job);
    },
  );

  const queue = loadRecording('queue-and-cancel');
  const items = [
    ...listIn(queue, 'queue', 'json', 'queue_running'),
    ...listIn(queue, 'queue', 'json', 'queue_pending'),
  ];

  it.each(listIn(queue, 'jobs', 'json', 'jobs').map((job) => [objectIn(job)]))('in the queue: %j', (job) => {
    const item = items.find((one) => Array.isArray(one) && one[1] === job['id']);
    const state = job['status'] === 'in_progress' ? 'running' : 'queued';
    expect(shown(clientJob(recordOfItem(item, { view: { state } }), 'gpu-0'))).toEqual(job);
    expect(shown(detailedJob(recordOfItem(item, { view: { state } }), 'gpu-0'))).toEqual(job);
  });

  it('names the instance of its picture where there are several', () => {
    const job = detailedJob(recordOfEntry(recordedEnd('prompt-success').entry), null);
    expect(job.preview_output).toMatchObject({ subfolder: '@gpu-0/golden', mediaType: 'images' });
    expect(JSON.stringify(job['outputs'])).toContain('@gpu-0/golden');
  });

  const shownJob = (outputs: Readonly<Record<string, unknown>>) => {
    const { entry } = recordedEnd('prompt-success');
    return clientJob(recordOfEntry({ ...entry, outputs }), 'gpu-0');
  };
  const file = (filename: string, type: string) => ({ filename, subfolder: '', type });

  it('is stood for by a saved file before a temporary one before a text', () => {
    const temporary = { '1': { images: [file('t.png', 'temp')] } };
    const saved = { '2': { images: [file('s.png', 'output')], animated: [false] } };
    const text = { '3': { text: ['hello'] } };
    expect(shownJob({ ...temporary, ...saved, ...text })).toMatchObject({
      outputs_count: 2,
      previewable_outputs_count: 2,
      preview_output: { filename: 's.png', nodeId: '2', mediaType: 'images' },
    });
    expect(shownJob({ ...temporary, ...text }).preview_output).toMatchObject({ filename: 't.png' });
    expect(shownJob(text)).toMatchObject({ outputs_count: 0, preview_output: { content: 'hello', mediaType: 'text' } });
    expect(shownJob({ '1': { text: ['x'.repeat(2000)] } }).preview_output).toEqual({
      content: 'x'.repeat(1024),
      truncated: true,
      nodeId: '1',
      mediaType: 'text',
    });
    const latent = shownJob({ '1': { latents: [file('x.latent', 'output')] }, '2': null });
    expect(latent).toMatchObject({ outputs_count: 1, previewable_outputs_count: 0 });
    expect('preview_output' in latent).toBe(false);
  });

  it('that was set aside has failed, for all that its client will hear', () => {
    const error = { code: 'JOB_LOST', message: 'The instance lost the job.', retryable: true } as const;
    const record = endedRecord('x', 70, { view: { state: 'parked', startedAt: 10, finishedAt: null, error } });
    expect(clientJob(record, 'gpu-0')).toMatchObject({
      status: 'failed',
      execution_start_time: 10,
      execution_end_time: 70,
      execution_error: { exception_type: 'JOB_LOST' },
    });
    expect(jobLine(record)).toEqual({ jobId: 'x', status: 'failed', createdAt: 1, durationMs: 60 });
  });

  it('that has not ended has taken no time yet', () => {
    expect(jobLine(jobRecord('x', { view: { state: 'running', startedAt: 10 } }))).toEqual({
      jobId: 'x',
      status: 'in_progress',
      createdAt: 1,
      durationMs: 0,
    });
  });
});
