import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import type { FixtureApp } from '../../testing/fixture-app.tsx';
import { fleetContents } from '../../testing/fleet-scenario.ts';
import { fixturePrompt, readyPreflight, workflowId } from '../../testing/library-fixtures.ts';
import { libraryContents, missingHandlers } from '../../testing/library-scenario.ts';
import { cleanUpApps, inputsOf, renderApp } from '../../testing/render-app.fixture.tsx';
import type { HandlerChanges } from '../../testing/studio-fixture.ts';

cleanUpApps();

const openSaved = async (handlers: HandlerChanges = {}): Promise<FixtureApp> => {
  const app = renderApp({ contents: libraryContents, handlers }, `/run?workflow=${workflowId(1)}`);
  await screen.findByRole('textbox', { name: 'Positive prompt (text)' });
  return app;
};
const type = (name: string, value: string): void => {
  fireEvent.change(screen.getByRole('textbox', { name }), { target: { value } });
};
const run = async (name = 'Run'): Promise<void> => {
  fireEvent.click(await screen.findByRole('button', { name }));
};
const sentPrompts = (app: FixtureApp) =>
  inputsOf(app, 'jobs.submit').map((input) => (input as { prompt: ReturnType<typeof fixturePrompt> }).prompt);

describe('the form of a workflow', () => {
  it('sends the values that stand in it, and nothing else changes', async () => {
    const app = await openSaved();
    type('Positive prompt (text)', 'a wolf');
    type('steps (KSampler)', '12');
    await run();
    await waitFor(() => expect(sentPrompts(app)).toHaveLength(1));
    const expected = fixturePrompt('a wolf');
    const sampler = expected['3'];
    if (sampler !== undefined) sampler.inputs['steps'] = 12;
    expect(sentPrompts(app)[0]).toEqual(expected);
    expect(inputsOf(app, 'workflows.noteRun')).toHaveLength(1);
  });

  it('says what is out of its limits, and does not run before that is corrected', async () => {
    await openSaved();
    type('steps (KSampler)', '0');
    await screen.findByText('At least 1.');
    expect(screen.getByText('1 value must be corrected before it can run.')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Run' }).hasAttribute('disabled')).toBe(true);
    type('steps (KSampler)', '5');
    await waitFor(() => expect(screen.getByRole('button', { name: 'Run' }).hasAttribute('disabled')).toBe(false));
  });

  it('counts a seed up after each run, from the one that stands in it', async () => {
    const app = await openSaved();
    type('seed (KSampler)', '40');
    fireEvent.click(screen.getByRole('radio', { name: 'plus one' }));
    fireEvent.change(screen.getByLabelText('How often'), { target: { value: '3' } });
    await run('Run 3 times');
    await waitFor(() => expect(sentPrompts(app)).toHaveLength(3));
    expect(sentPrompts(app).map((prompt) => prompt['3']?.inputs['seed'])).toEqual([40, 41, 42]);
    await waitFor(() => expect(screen.getByRole('textbox', { name: 'seed (KSampler)' })).toHaveProperty('value', '43'));
  });

  it('keeps what was typed while one looks at another page', async () => {
    await openSaved();
    type('Positive prompt (text)', 'a wolf');
    fireEvent.click(screen.getByRole('link', { name: 'Queue' }));
    await screen.findByRole('heading', { name: 'Queue' });
    act(() => window.history.back());
    fireEvent.click(screen.getByRole('link', { name: 'Library' }));
    fireEvent.click(await screen.findByRole('link', { name: 'Open Portrait, soft light' }));
    const field = await screen.findByRole('textbox', { name: 'Positive prompt (text)' });
    expect(field).toHaveProperty('value', 'a wolf');
  });

  it('finds folded fields by words and pins them on top', async () => {
    await openSaved();
    fireEvent.click(screen.getByRole('button', { name: /^All fields/ }));
    fireEvent.change(await screen.findByRole('textbox', { name: 'Find a field, a node or a value' }), {
      target: { value: 'save prefix' },
    });
    fireEvent.click(await screen.findByRole('button', { name: 'Pin filename_prefix on top' }));
    await screen.findByRole('textbox', { name: 'filename_prefix (Save Image)' });
  });
});

describe('preflight', () => {
  it('says before queueing what each instance lacks', async () => {
    await openSaved(missingHandlers);
    await screen.findAllByText('No instance can run it as it is');
    expect(screen.getByText('lacks sdxl-base.safetensors')).toBeTruthy();
    expect(screen.getByText('lacks the nodes IPAdapterAdvanced, FaceDetailer')).toBeTruthy();
  });

  it('says where and when it would begin', async () => {
    const app = await openSaved({ 'workflows.preflight': () => readyPreflight(['character-gen', 'batch']) });
    await screen.findByText('2 of 2 instances can run it · starts now, done in about 10 s');
    type('steps (KSampler)', '12');
    await waitFor(() => expect(inputsOf(app, 'workflows.preflight').length).toBeGreaterThan(1));
    const last = inputsOf(app, 'workflows.preflight').at(-1);
    expect(last).toMatchObject({ prompt: { '3': { inputs: { steps: 12 } } } });
  });
});

describe('the library behind it', () => {
  it('saves changed values over the opened workflow', async () => {
    const app = await openSaved();
    type('Positive prompt (text)', 'a wolf');
    fireEvent.click(screen.getByRole('button', { name: 'Save changes' }));
    await screen.findByText('Portrait, soft light was saved.');
    expect(inputsOf(app, 'workflows.save')).toMatchObject([
      { workflowId: workflowId(1), expectedRevision: 1, content: { prompt: fixturePrompt('a wolf') } },
    ]);
  });

  it('tells the second of two windows, and overwrites nothing', async () => {
    const app = await openSaved();
    type('Positive prompt (text)', 'a wolf');
    const other = app.fixture.workflows.state().workflows.find(({ id }) => id === workflowId(1));
    if (other === undefined) throw new Error('gone');
    act(() => app.fixture.workflows.publish({ type: 'changed', workflow: { ...other, revision: 2 } }));
    await screen.findByText('Changed in the library since you opened it.');
    expect(screen.getByRole('button', { name: 'Save changes' }).hasAttribute('disabled')).toBe(true);
    fireEvent.click(screen.getByRole('button', { name: 'Save as new' }));
    const dialog = within(await screen.findByRole('dialog'));
    fireEvent.change(dialog.getByRole('textbox', { name: 'Name' }), { target: { value: 'Wolf' } });
    fireEvent.click(dialog.getByRole('button', { name: 'Save' }));
    await screen.findByRole('heading', { name: 'Wolf' });
    expect(inputsOf(app, 'workflows.save')).toMatchObject([
      { content: { name: 'Wolf', prompt: fixturePrompt('a wolf') } },
    ]);
  });
});

describe('run again', () => {
  it('opens the graph and the values of a job in the form', async () => {
    const job = fleetContents.jobs[0];
    if (job === undefined) throw new Error('no job');
    renderApp(
      { contents: fleetContents, handlers: { 'jobs.prompt': () => ({ prompt: fixturePrompt('what it was') }) } },
      `/run?job=${job.id}`,
    );
    const field = await screen.findByRole('textbox', { name: 'Positive prompt (text)' });
    expect(field).toHaveProperty('value', 'what it was');
    expect(screen.getByText(/Values of an earlier run/)).toBeTruthy();
  });

  it('says that a job is gone', async () => {
    renderApp(
      {
        contents: fleetContents,
        handlers: {
          'jobs.prompt': () => {
            throw new StudioError('JOB_NOT_FOUND');
          },
        },
      },
      '/run?job=00000000-0000-4000-8000-0000000009ff',
    );
    await screen.findByText('This job does not exist any more.');
  });
});

describe('the file of the editor', () => {
  it('that cannot be converted names each node and what to do', async () => {
    renderApp({ contents: fleetContents, handlers: missingHandlers }, '/run');
    await screen.findByText('Drop a workflow file here, or click to choose one');
    const input = document.querySelector('input[type=file]');
    if (input === null) throw new Error('no drop zone');
    fireEvent.change(input, { target: { files: [new File(['{"nodes":[],"links":[]}'], 'editor.json')] } });
    await screen.findByText('Faces (node 14)');
    expect(screen.getByText(/No instance has FaceDetailer. Install its custom node/)).toBeTruthy();
    expect(screen.getByText('and 1 more')).toBeTruthy();
  });

  it('is opened when it is pasted', async () => {
    renderApp({ contents: fleetContents }, '/run');
    const title = await screen.findByText('Drop a workflow file here, or click to choose one');
    const text = JSON.stringify(fixturePrompt('pasted'));
    fireEvent.paste(title, { clipboardData: { files: [], getData: () => text } });
    const field = await screen.findByRole('textbox', { name: 'Positive prompt (text)' });
    expect(field).toHaveProperty('value', 'pasted');
  });
});
