import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import type { FixtureApp } from '../../testing/fixture-app.tsx';
import { batchId, jobId } from '../../testing/job-fixtures.ts';
import { crowdedContents, queueContents } from '../../testing/queue-scenario.ts';
import { cleanUpApps, inputsOf, renderApp } from '../../testing/render-app.fixture.tsx';
import { emptyContents, type HandlerChanges } from '../../testing/studio-fixture.ts';

cleanUpApps();
// happy-dom lays nothing out; without a height no row would be on screen.
vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600);
vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1000);

const open = (path = '/jobs', handlers: HandlerChanges = {}): FixtureApp =>
  renderApp({ contents: queueContents, handlers }, path);
const list = (name: string): Promise<HTMLElement> => screen.findByRole('list', { name });
const rows = (within_: HTMLElement): string[] =>
  [...within_.querySelectorAll('[data-job-id]')].map((row) => row.getAttribute('data-job-id') ?? '');
const row = async (title: string): Promise<HTMLElement> => {
  const found = (await screen.findByRole('link', { name: `Open ${title}` })).closest('li');
  if (found === null) throw new Error(`no row ${title}`);
  return found;
};
const choose = async (title: string, ...items: string[]): Promise<void> => {
  fireEvent.click(within(await row(title)).getByRole('button', { name: `Actions for ${title}` }));
  for (const [index, name] of items.entries()) {
    const item = await screen.findByRole('menuitem', { name: new RegExp(`^${name}`) });
    // A sub menu opens by hovering or by this key.
    if (index < items.length - 1) fireEvent.keyDown(item, { key: 'ArrowRight' });
    else fireEvent.click(item);
  }
};

describe('the overview', () => {
  it('shows what runs, what is parked, what waits in its order with places, and what is done', async () => {
    open();
    expect(rows(await list('Waiting jobs')).slice(0, 3)).toEqual([jobId(20), jobId(21), jobId(22)]);
    expect(within(await row('isometric bakery, morning light')).getByLabelText('Place 1 in the queue')).toBeTruthy();
    expect(rows(await list('Running jobs'))).toHaveLength(2);
    expect(rows(await list('Parked jobs'))).toEqual([jobId(40), jobId(41)]);
    expect(screen.getByRole('link', { name: 'Show all 17' })).toBeTruthy();
    expect(screen.getByRole('link', { name: /^Waiting/ }).textContent).toBe('Waiting17');
  });

  it('says of each waiting job why it waits and how long', async () => {
    open();
    const bakery = await row('isometric bakery, morning light');
    expect(bakery.textContent?.replaceAll('\u00a0', ' ')).toContain(
      'waits for Character Gen, where its models are loaded, 10 s',
    );
    expect(bakery.textContent?.replaceAll('\u00a0', ' ')).toContain('about 45 s, 25 s – 1 min');
    expect((await row('a lighthouse in a storm')).textContent).toContain('other instances are loading models');
  });

  it('says when all is done, pauses, drains and resumes', async () => {
    const app = open();
    await screen.findByText(/^All done about/);
    fireEvent.click(screen.getByRole('button', { name: 'Pause' }));
    await screen.findByText('Nothing is handed out. What runs goes on.');
    fireEvent.click(screen.getByRole('button', { name: 'Resume' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Drain' }));
    await screen.findByText('Draining');
    expect(inputsOf(app, 'queue.setMode')).toEqual([{ mode: 'paused' }, { mode: 'running' }, { mode: 'draining' }]);
  });

  it('offers the first step when there is no job', async () => {
    renderApp({ contents: emptyContents }, '/jobs');
    await screen.findByText('No jobs yet');
    expect(screen.getByRole('link', { name: 'Run a workflow' })).toBeTruthy();
  });

  it('says why no job is taken, what that means for the queue, and what to do', async () => {
    const problem = {
      code: 'STORE_WRITE_FAILED' as const,
      message: '',
      details: { file: 'jobs.sqlite' },
      retryable: true,
    };
    renderApp({ contents: { ...queueContents, queue: { problem } } }, '/jobs');
    await screen.findByText('jobs.sqlite could not be written.');
    expect(screen.getByText(/New jobs are refused rather than lost/)).toBeTruthy();
    expect(screen.getByText('Takes no jobs')).toBeTruthy();
  });
});

describe('lists', () => {
  it('keep section, search and batch in the address', async () => {
    const app = open('/jobs?show=waiting');
    await list('Waiting jobs');
    fireEvent.change(screen.getByRole('textbox', { name: 'Search by title or id' }), { target: { value: 'robots' } });
    await waitFor(async () => expect(rows(await list('Waiting jobs'))).toEqual([jobId(21)]));
    expect(app.router.state.location.search).toEqual({ show: 'waiting', search: 'robots' });
    expect(screen.queryByLabelText(/^Place/), 'a search tells no places').toBeNull();
    fireEvent.change(screen.getByRole('textbox', { name: 'Search by title or id' }), { target: { value: 'zebra' } });
    await screen.findByText('No job matches');
  });

  it('show one batch with its own counts, and lead back', async () => {
    open(`/jobs?show=waiting&batch=${batchId(1)}`);
    await screen.findByText('Batch: night portraits, chapter two');
    await waitFor(() => expect(screen.getByRole('link', { name: /^Waiting/ }).textContent).toBe('Waiting14'));
    fireEvent.click(screen.getByRole('button', { name: 'Show jobs of all batches' }));
    await waitFor(() => expect(screen.getByRole('link', { name: /^Waiting/ }).textContent).toBe('Waiting17'));
  });

  it('watch only the pages on screen, however many jobs wait', async () => {
    const app = renderApp({ contents: crowdedContents }, '/jobs?show=waiting');
    await row('isometric bakery, morning light');
    const pages = [...app.fixture.watching].filter((name) => name.startsWith('jobPage:'));
    expect(pages.length).toBeLessThanOrEqual(2);
    expect(document.querySelectorAll('[data-job-id]').length).toBeLessThan(100);
    expect(screen.getByRole('link', { name: /^Waiting/ }).textContent).toBe('Waiting10,017');
  });

  it('narrow the done ones by how they ended', async () => {
    open('/jobs?show=done&outcome=failed');
    await waitFor(async () => expect(rows(await list('Done jobs'))).toEqual([jobId(7)]));
  });
});

describe('actions on one job', () => {
  it('cancels, and retries what is parked', async () => {
    const app = open();
    fireEvent.click(within(await row('a lighthouse in a storm')).getByRole('button', { name: /^Cancel/ }));
    fireEvent.click(within(await row('poster, 4096 px wide')).getByRole('button', { name: /^Retry/ }));
    await waitFor(() => expect(inputsOf(app, 'jobs.retry')).toEqual([{ jobIds: [jobId(40)] }]));
    expect(inputsOf(app, 'jobs.cancel')).toEqual([{ jobId: jobId(22) }]);
    await waitFor(async () => expect(rows(await list('Parked jobs'))).toEqual([jobId(41)]));
  });

  it('sets any priority as a number', async () => {
    const app = open();
    await choose('a lighthouse in a storm', 'Priority', 'Another…');
    const dialog = await screen.findByRole('dialog', { name: 'Priority' });
    const field = within(dialog).getByRole('textbox', { name: 'Priority from -100 to 100' });
    fireEvent.change(field, { target: { value: '33' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Set' }));
    await waitFor(() => expect(inputsOf(app, 'jobs.change')).toEqual([{ jobIds: [jobId(22)], priority: 33 }]));
    await waitFor(() => expect(screen.queryByRole('dialog', { name: 'Priority' })).toBeNull());
  });

  it('sets a priority by name, and the instance', async () => {
    const app = open();
    await choose('a lighthouse in a storm', 'Priority', 'Urgent');
    await choose('a lighthouse in a storm', 'Run on', 'Spare');
    await waitFor(() =>
      expect(inputsOf(app, 'jobs.change')).toEqual([
        { jobIds: [jobId(22)], priority: 100 },
        { jobIds: [jobId(22)], instanceId: 'spare' },
      ]),
    );
    await waitFor(async () => expect(rows(await list('Waiting jobs'))[0]).toBe(jobId(22)));
  });

  it('shows a refusal in words and changes nothing', async () => {
    open('/jobs', {
      'jobs.move': () => {
        throw new StudioError('JOB_NOT_WAITING');
      },
    });
    await choose('a lighthouse in a storm', 'Move to the front');
    await screen.findByText('This job does not wait any more.');
    expect(rows(await list('Waiting jobs')).slice(0, 3)).toEqual([jobId(20), jobId(21), jobId(22)]);
  });

  it('asks before files are deleted', async () => {
    const app = open();
    await choose('poster, 4096 px wide', 'Remove and delete files');
    await screen.findByText('Remove 1 job and delete its files?');
    expect(inputsOf(app, 'jobs.remove')).toEqual([]);
    fireEvent.click(screen.getByRole('button', { name: 'Delete files' }));
    await waitFor(() => expect(inputsOf(app, 'jobs.remove')).toEqual([{ jobIds: [jobId(40)], deleteFiles: true }]));
  });
});

describe('the keyboard', () => {
  it('moves a waiting job with Alt and an arrow key, and the focus stays on it', async () => {
    open('/jobs?show=waiting');
    const storm = await row('a lighthouse in a storm');
    storm.focus();
    fireEvent.keyDown(storm, { key: 'ArrowUp', altKey: true });
    await waitFor(async () =>
      expect(rows(await list('Waiting jobs')).slice(0, 3)).toEqual([jobId(20), jobId(22), jobId(21)]),
    );
    expect(document.activeElement?.getAttribute('data-job-id')).toBe(jobId(22));
  });

  it('goes from row to row, marks with Space and opens with Enter', async () => {
    const app = open('/jobs?show=waiting');
    const first = await row('isometric bakery, morning light');
    first.focus();
    fireEvent.keyDown(first, { key: 'ArrowDown' });
    expect(document.activeElement?.getAttribute('data-job-id')).toBe(jobId(21));
    fireEvent.keyDown(document.activeElement ?? first, { key: ' ' });
    await screen.findByText('1 selected');
    fireEvent.keyDown(document.activeElement ?? first, { key: 'Enter' });
    await screen.findByRole('dialog', { name: 'three robots playing cards, oil painting' });
    expect(app.router.state.location.search).toMatchObject({ job: jobId(21) });
  });
});

describe('marked jobs', () => {
  it('are marked as a range with Shift, changed together, and forgotten when the list changes', async () => {
    const app = open('/jobs?show=waiting');
    await row('isometric bakery, morning light');
    const boxes = (): HTMLElement[] => screen.getAllByRole('checkbox');
    fireEvent.click(boxes()[0] as HTMLElement);
    fireEvent.click(boxes()[2] as HTMLElement, { shiftKey: true });
    await screen.findByText('3 selected');
    fireEvent.click(within(screen.getByRole('toolbar')).getByRole('button', { name: 'End' }));
    await waitFor(() =>
      expect(inputsOf(app, 'jobs.move')).toEqual([{ jobIds: [jobId(20), jobId(21), jobId(22)], to: 'end' }]),
    );
    await waitFor(() => expect(screen.queryByRole('toolbar')).toBeNull());
    fireEvent.click(boxes()[0] as HTMLElement);
    await screen.findByText('1 selected');
    fireEvent.click(screen.getByRole('link', { name: /^Done/ }));
    await waitFor(() => expect(screen.queryByRole('toolbar')).toBeNull());
  });

  it('can be all of the list', async () => {
    const app = open('/jobs?show=waiting');
    await row('isometric bakery, morning light');
    fireEvent.click(screen.getAllByRole('checkbox')[0] as HTMLElement);
    fireEvent.click(await screen.findByRole('button', { name: 'Select all 17' }));
    await screen.findByText('17 selected');
    fireEvent.click(within(screen.getByRole('toolbar')).getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(inputsOf(app, 'jobs.cancelMany')).toHaveLength(1));
    await screen.findByText('17 jobs cancelled.');
  });
});

describe('a batch', () => {
  it('is one row with counts and progress, unfolds, and can be cancelled as a whole after a question', async () => {
    const app = open();
    const title = 'night portraits, chapter two';
    const bar = await screen.findByRole('progressbar', { name: `Progress of the batch ${title}` });
    expect(bar.getAttribute('aria-valuenow')).toBe('38');
    fireEvent.click(screen.getByRole('button', { name: new RegExp(`^${title}`), expanded: false }));
    await waitFor(async () => expect(rows(await list(`Batch ${title}`))).toHaveLength(8));
    fireEvent.click(screen.getByRole('button', { name: `Cancel the rest: ${title}` }));
    await screen.findByText(`Cancel 15 jobs of "${title}" that are not done?`);
    fireEvent.click(screen.getByRole('button', { name: 'Cancel the rest' }));
    await waitFor(() => expect(inputsOf(app, 'jobs.cancelMany')).toEqual([{ batchId: batchId(1) }]));
  });

  it('has its failed jobs retried at once', async () => {
    const app = open();
    fireEvent.click(await screen.findByRole('button', { name: 'Retry 3 failed: steps against guidance' }));
    await waitFor(() => expect(inputsOf(app, 'jobs.retry')).toEqual([{ batchId: batchId(2) }]));
  });
});

describe('the details of a job', () => {
  it('explain the choice: every candidate with its costs, the chosen one marked, the others with a reason', async () => {
    open(`/jobs?job=${jobId(20)}`);
    const table = await screen.findByRole('table', { name: 'Instances that can run it' });
    const [, first, second] = within(table).getAllByRole('row');
    expect(first?.textContent?.replaceAll('\u00a0', ' ')).toBe('Character Genwaits for it10 s––30 s45 s');
    expect(second?.textContent).toContain('Loads flux1-dev-fp8.safetensors');
    expect(screen.getByText('It lacks FaceDetailer, UltralyticsDetectorProvider.')).toBeTruthy();
    expect(screen.getByText('It is paused and takes no new work.')).toBeTruthy();
  });

  it('tell what happened, oldest first', async () => {
    open(`/jobs?job=${jobId(1)}`);
    const events = within(await screen.findByRole('region', { name: 'What happened' }));
    const texts = (await events.findAllByRole('listitem')).map(({ textContent }) => textContent ?? '');
    expect(texts[0]).toContain('Queued');
    expect(texts[5]).toContain('Lost by Batch Processing - RTX 3080');
    expect(texts[5]?.replaceAll('\u00a0', ' ')).toContain('+ 39 s');
    expect(texts.at(-1)).toContain('Models loaded on Character Gen');
  });

  it('say that a job is gone instead of showing nothing', async () => {
    open(`/jobs?job=${jobId(999)}`);
    await screen.findByText('This job does not exist any more.');
  });

  it('keep the rest readable when the reasons cannot be had', async () => {
    open(`/jobs?job=${jobId(7)}`, {
      'jobs.explain': () => {
        throw new StudioError('STORE_READ_FAILED');
      },
    });
    await screen.findByText('The reasons could not be loaded');
    expect(screen.getAllByText('The node KSampler failed.').length).toBeGreaterThan(0);
    expect(screen.getByRole('region', { name: 'Facts' })).toBeTruthy();
  });
});
