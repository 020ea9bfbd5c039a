import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import type { FixtureApp } from '../testing/fixture-app.tsx';
import { fleetContents } from '../testing/fleet-scenario.ts';
import { workflowId } from '../testing/library-fixtures.ts';
import { libraryContents, longLibraryContents } from '../testing/library-scenario.ts';
import { cleanUpApps, inputsOf, renderApp } from '../testing/render-app.fixture.tsx';
import type { HandlerChanges } from '../testing/studio-fixture.ts';

cleanUpApps();

const openLibrary = async (handlers: HandlerChanges = {}, address = '/library'): Promise<FixtureApp> => {
  const app = renderApp({ contents: libraryContents, handlers }, address);
  await screen.findByRole('heading', { name: 'Library' });
  return app;
};
const card = (name: string): Promise<HTMLElement> => screen.findByRole('article', { name });
const choose = async (name: string, action: string): Promise<void> => {
  fireEvent.click(await screen.findByRole('button', { name: `Actions for ${name}` }));
  fireEvent.click(await screen.findByRole('menuitem', { name: action }));
};

describe('the library', () => {
  it('shows saved workflows with pictures, tags and when they ran', async () => {
    await openLibrary();
    const portrait = within(await card('Portrait, soft light'));
    expect(portrait.getByText('portrait')).toBeTruthy();
    await waitFor(() => expect(portrait.getByRole('img', { name: 'Picture of Portrait, soft light' })).toBeTruthy());
    expect(portrait.getByText(/^Run .* ago · 7 nodes · sdxl-base.safetensors$/)).toBeTruthy();
    expect(screen.getByText('9 workflows')).toBeTruthy();
  });

  it('finds by words and tags, which stand in the address', async () => {
    const app = await openLibrary({}, '/library?search=portrait');
    await screen.findByText('2 of 9');
    fireEvent.change(screen.getByRole('textbox', { name: 'Search names, tags and models' }), { target: { value: '' } });
    fireEvent.click(await screen.findByRole('radio', { name: /^video/ }));
    await screen.findByText('1 of 9');
    expect(await card('Wan image to video')).toBeTruthy();
    expect(app.router.state.location.search).toEqual({ tag: 'video' });
    fireEvent.change(screen.getByRole('textbox', { name: 'Search names, tags and models' }), {
      target: { value: 'zebra' },
    });
    await screen.findByText('No workflow matches');
    fireEvent.click(screen.getByRole('button', { name: 'Clear the search' }));
    await screen.findByText('9 workflows');
  });

  it('says what belongs there while it is empty, and takes files that are dropped', async () => {
    renderApp({ contents: fleetContents }, '/library');
    await screen.findByText('No saved workflows yet');
  });

  it('imports files, and says of each what is wrong with it', async () => {
    const app = await openLibrary();
    const input = [...document.querySelectorAll<HTMLInputElement>('input[type=file]')].find(({ multiple }) => multiple);
    if (input === undefined) throw new Error('no import');
    const good = new File([JSON.stringify({ '1': { class_type: 'SaveImage', inputs: {} } })], 'mine.json');
    fireEvent.change(input, { target: { files: [new File(['{'], 'bad.json'), good] } });
    await screen.findByText('1 workflow imported.');
    await screen.findByText('This file is not JSON.');
    expect(inputsOf(app, 'workflows.import')).toHaveLength(2);
    expect(await card('mine')).toBeTruthy();
  });

  it('shows names of any kind as plain text', async () => {
    renderApp({ contents: longLibraryContents }, '/library');
    expect(await card('<script>alert(1)</script>')).toBeTruthy();
    expect(document.querySelector('script[src=""], article script')).toBeNull();
  });
});

describe('what one may do', () => {
  it('deletes with a way back', async () => {
    const app = await openLibrary();
    await choose('Fox in the snow', 'Delete');
    await screen.findByText('1 workflow deleted.');
    expect(screen.queryByRole('article', { name: 'Fox in the snow' })).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
    await card('Fox in the snow');
    expect(inputsOf(app, 'workflows.restore')).toEqual([{ workflowIds: [workflowId(3)] }]);
  });

  it('deletes several at once, and brings one back from the list of deleted ones', async () => {
    await openLibrary();
    fireEvent.click(await screen.findByRole('checkbox', { name: 'Select Upscale 4×' }));
    fireEvent.click(screen.getByRole('checkbox', { name: 'Select Inpaint a face' }));
    expect(screen.getByText('2 selected')).toBeTruthy();
    fireEvent.click(within(screen.getByRole('toolbar')).getByRole('button', { name: 'Delete' }));
    await screen.findByText('2 workflows deleted.');
    fireEvent.click(screen.getByRole('button', { name: 'Deleted workflows' }));
    const drawer = within(await screen.findByRole('dialog', { name: 'Deleted workflows' }));
    fireEvent.click((await drawer.findAllByRole('button', { name: 'Restore' }))[0] as HTMLElement);
    await card('Upscale 4×');
  });

  it('renames, and tells the second of two windows instead of overwriting', async () => {
    const app = await openLibrary();
    await choose('Storyboard panel', 'Name and tags');
    const dialog = within(await screen.findByRole('dialog', { name: 'Name and tags' }));
    fireEvent.change(dialog.getByRole('textbox', { name: 'Name' }), { target: { value: 'Mine' } });
    const other = app.fixture.workflows.state().workflows.find(({ name }) => name === 'Storyboard panel');
    if (other === undefined) throw new Error('gone');
    act(() => app.fixture.workflows.publish({ type: 'changed', workflow: { ...other, name: 'Theirs', revision: 2 } }));
    fireEvent.click(dialog.getByRole('button', { name: 'Save' }));
    await dialog.findByText('This workflow was changed in the meantime.');
    expect(await card('Theirs')).toBeTruthy();
    fireEvent.click(dialog.getByRole('button', { name: 'Load the saved version' }));
    await waitFor(() => expect(dialog.getByRole('textbox', { name: 'Name' })).toHaveProperty('value', 'Theirs'));
    fireEvent.change(dialog.getByRole('textbox', { name: 'Name' }), { target: { value: 'Both' } });
    fireEvent.click(dialog.getByRole('button', { name: 'Save' }));
    await card('Both');
  });

  it('shares with running instances and says for each how it went', async () => {
    const app = await openLibrary({
      'workflows.share': ({ instanceIds }) => ({
        outcomes: instanceIds.map((instanceId, index) => ({
          instanceId,
          fileName: index === 0 ? 'Turnaround sheet (2).json' : null,
          error: index === 0 ? null : 'INSTANCE_UNREACHABLE',
        })),
      }),
    });
    await choose('Turnaround sheet', 'Share with instances');
    fireEvent.click(await screen.findByRole('button', { name: 'Share with 2 instances' }));
    await screen.findByText('saved as Turnaround sheet (2).json');
    await screen.findByText('The instance does not answer.');
    expect(inputsOf(app, 'workflows.share')).toEqual([
      { workflowId: workflowId(2), instanceIds: ['character-gen', 'batch'] },
    ]);
  });

  it('keeps a workflow that could not be deleted', async () => {
    await openLibrary({
      'workflows.delete': () => {
        throw new StudioError('STORE_WRITE_FAILED');
      },
    });
    await choose('Portrait, soft light', 'Delete');
    await screen.findByText('A file could not be written.');
    expect(screen.queryByText('1 workflow deleted.')).toBeNull();
    expect(await card('Portrait, soft light')).toBeTruthy();
  });
});
