import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import type { FixtureApp } from '../../testing/fixture-app.tsx';
import { fleetContents } from '../../testing/fleet-scenario.ts';
import { fixtureNow } from '../../testing/instance-fixtures.ts';
import { pictures, progress } from '../../testing/job-fixtures.ts';
import { cleanUpApps, inputsOf, renderApp } from '../../testing/render-app.fixture.tsx';
import type { HandlerChanges } from '../../testing/studio-fixture.ts';

cleanUpApps();

const graph = {
  '1': { class_type: 'LoadImage', inputs: { image: 'fox.png' }, _meta: { title: 'Input picture' } },
  '2': { class_type: 'KSampler', inputs: { seed: 7, steps: 20 } },
};
const drop = (text: string, name = 'graph.json'): void => {
  const input = document.querySelector('input[type=file]');
  if (input === null) throw new Error('no drop zone');
  fireEvent.change(input, { target: { files: [new File([text], name, { type: 'application/json' })] } });
};
const openRun = async (handlers: HandlerChanges = {}): Promise<FixtureApp> => {
  const app = renderApp({ contents: fleetContents, handlers }, '/run');
  await screen.findByText('Drop a workflow file here, or click to choose one');
  return app;
};

describe('opening a workflow', () => {
  it.each([
    ['{ not json', 'This file is not JSON.', 'Choose a workflow that ComfyUI exported.'],
    [
      '{"nodes": [], "links": []}',
      'This workflow was saved for the editor.',
      'In ComfyUI choose "Export (API)" and drop that file instead.',
    ],
    ['[1, 2]', 'This file holds no workflow in API format.', 'In ComfyUI choose "Export (API)" and drop that file.'],
  ])('says of %s what happened and what to do', async (text, happened, advice) => {
    await openRun();
    drop(text);
    await screen.findByText(happened);
    expect(screen.getByText(advice)).toBeTruthy();
  });

  it('begins with a bundled example at a click', async () => {
    await openRun();
    fireEvent.click(screen.getByRole('button', { name: 'Text to image' }));
    await screen.findByRole('button', { name: 'Run' });
    expect(await screen.findByRole('textbox', { name: 'seed (KSampler)' })).toBeTruthy();
  });

  it('keeps the file open while one looks at another page', async () => {
    await openRun();
    drop(JSON.stringify(graph));
    await screen.findByRole('button', { name: 'Run' });
    fireEvent.click(screen.getByRole('link', { name: 'Queue' }));
    await screen.findByRole('heading', { name: 'Queue' });
    fireEvent.click(screen.getByRole('link', { name: 'Run' }));
    await screen.findByRole('button', { name: 'Run' });
  });
});

describe('running it', () => {
  it('sends one job for each run, the first with its own seed and the others with new ones', async () => {
    const app = await openRun();
    drop(JSON.stringify(graph));
    fireEvent.change(await screen.findByLabelText('How often'), { target: { value: '3' } });
    fireEvent.click(await screen.findByRole('button', { name: 'Run 3 times' }));
    await screen.findByText('0 of 3 done');
    const seeds = inputsOf(app, 'jobs.submit').map(
      (input) => (input as { prompt: typeof graph }).prompt['2'].inputs.seed,
    );
    expect(seeds[0]).toBe(7);
    expect(new Set(seeds).size).toBe(3);
  });

  it('gives the uploaded file to the job under the name that the workflow uses', async () => {
    const put = vi.fn(() => Promise.resolve(new Response(JSON.stringify({ uploadId: 'up-1' }))));
    vi.stubGlobal('fetch', put);
    const app = await openRun();
    drop(JSON.stringify(graph));
    await screen.findByText('uses fox.png of the input folder');
    const inputs = [...document.querySelectorAll('input[type=file]')];
    fireEvent.change(inputs.at(-1) as HTMLElement, { target: { files: [new File(['x'], 'mine.png')] } });
    await screen.findByText('mine.png · Ready');
    expect(put).toHaveBeenCalledWith('/content/inputs', expect.objectContaining({ method: 'PUT' }));
    fireEvent.click(screen.getByRole('button', { name: 'Run' }));
    await waitFor(() =>
      expect(inputsOf(app, 'jobs.submit')).toMatchObject([{ inputs: [{ name: 'fox.png', uploadId: 'up-1' }] }]),
    );
    vi.unstubAllGlobals();
  });

  it('stops at a refusal, says why, and keeps what was taken', async () => {
    let taken = 0;
    const app = await openRun({
      'jobs.submit': (input) => {
        taken += 1;
        if (taken > 2) throw new StudioError('JOB_QUEUE_FULL', undefined, { details: { maxQueuedJobs: 2 } });
        return app.fixture.handlers['jobs.submit'](
          { title: '', clientId: null, extraData: {}, instanceId: null, inputs: [], ...input } as never,
          { signal: new AbortController().signal, access: 'admin' },
        );
      },
    });
    drop(JSON.stringify(graph));
    fireEvent.change(await screen.findByLabelText('How often'), { target: { value: '5' } });
    fireEvent.click(await screen.findByRole('button', { name: 'Run 5 times' }));
    await screen.findByText('The queue is full: 2 jobs wait already.');
    expect(screen.getByText('2 of 5 runs were sent.')).toBeTruthy();
    expect(screen.getByText('0 of 2 done')).toBeTruthy();
  });

  it('shows progress, then results; for a failure each node with its own message', async () => {
    const app = await openRun();
    drop(JSON.stringify(graph));
    fireEvent.click(await screen.findByRole('button', { name: 'Run' }));
    await screen.findByText('0 of 1 done');
    const job = app.fixture.jobs.state().jobs.at(-1);
    if (job === undefined) throw new Error('no job');
    const publish = (changes: Partial<typeof job>): void =>
      act(() => app.fixture.jobs.publish({ type: 'changed', job: { ...job, instanceId: 'batch', ...changes } }));
    const runs = screen.getByRole('region', { name: 'Runs' });
    publish({ state: 'running', progress: progress({ fraction: 0.5 }), startedAt: fixtureNow });
    await waitFor(() => expect(within(runs).getByRole('progressbar').getAttribute('aria-valuenow')).toBe('50'));
    publish({ state: 'succeeded', outputs: pictures(2), startedAt: fixtureNow, finishedAt: fixtureNow });
    await screen.findByText('1 of 1 done');
    const sources = within(runs)
      .getAllByRole('img', { name: /^Result/ })
      .map((image) => image.getAttribute('src'));
    expect(sources).toEqual([`/content/outputs/${job.id}/0`, `/content/outputs/${job.id}/1`]);
    publish({
      state: 'failed',
      finishedAt: fixtureNow,
      error: { code: 'WORKFLOW_REJECTED', message: 'rejected', retryable: false },
      nodeErrors: [
        {
          nodeId: '2',
          classType: 'KSampler',
          type: 'value_not_in_list',
          message: 'Value not in list',
          details: 'sampler_name: x',
          inputName: 'sampler_name',
          traceback: [],
        },
      ],
    });
    await within(runs).findByText('ComfyUI rejects this workflow.');
    expect(within(runs).getByText('KSampler (node 2) · input sampler_name')).toBeTruthy();
    expect(within(runs).getByText('Value not in list')).toBeTruthy();
  });
});

describe('running many', () => {
  const many = async (handlers: HandlerChanges = {}): Promise<FixtureApp> => {
    const app = await openRun(handlers);
    drop(JSON.stringify(graph));
    fireEvent.click(await screen.findByText('Many, with a list of values'));
    return app;
  };

  it('queues a grid of seeds and values as one batch and shows its progress', async () => {
    const app = await many();
    fireEvent.change(await screen.findByLabelText('How many seeds'), { target: { value: '2' } });
    fireEvent.change(screen.getByLabelText('First seed'), { target: { value: '40' } });
    fireEvent.click(screen.getByRole('button', { name: 'Add a second list for a grid' }));
    const second = screen.getByRole('group', { name: 'Second input' });
    fireEvent.click(within(second).getByLabelText('Second input', { selector: 'input' }));
    // The closed list of the first input has its options in the page, too.
    fireEvent.click((await screen.findAllByRole('option', { name: 'steps' })).at(-1) as HTMLElement);
    fireEvent.change(within(second).getByLabelText('Values'), { target: { value: '10..30/10' } });
    fireEvent.click(await screen.findByRole('button', { name: 'Queue 6 jobs' }));
    await screen.findByText('Batch of 6');
    expect(inputsOf(app, 'jobs.submitBatch')).toMatchObject([
      {
        parameters: [
          { nodeId: '2', inputName: 'seed', values: [40, 41] },
          { nodeId: '2', inputName: 'steps', values: [10, 20, 30] },
        ],
      },
    ]);
    const card = screen.getByRole('article', { name: 'Batch graph' });
    expect(within(card).getByRole('progressbar').getAttribute('aria-valuenow')).toBe('0');
  });

  it('says what is too much before anything is sent', async () => {
    const app = await many();
    fireEvent.change(await screen.findByLabelText('How many seeds'), { target: { value: '100000' } });
    fireEvent.click(screen.getByRole('button', { name: 'Add a second list for a grid' }));
    fireEvent.change(screen.getByLabelText('Values'), { target: { value: 'a.png\nb.png' } });
    await screen.findByText('200,000 jobs are too many; 100,000 is the most of one batch.');
    expect(screen.getByRole('button', { name: /^Queue 200,000/ }).hasAttribute('disabled')).toBe(true);
    expect(inputsOf(app, 'jobs.submitBatch')).toEqual([]);
  });

  it('shows a refusal of the studio in words', async () => {
    await many({
      'jobs.submitBatch': () => {
        throw new StudioError('BATCH_PARAMETER_INVALID', undefined, { details: { nodeId: '2', inputName: 'seed' } });
      },
    });
    fireEvent.click(await screen.findByRole('button', { name: 'Queue 10 jobs' }));
    await screen.findByText('This workflow has no input seed at node 2.');
  });
});
