import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { FixtureApp } from '../../testing/fixture-app.tsx';
import { fleetContents } from '../../testing/fleet-scenario.ts';
import { cleanUpApps, inputsOf, renderApp } from '../../testing/render-app.fixture.tsx';
import type { HandlerChanges } from '../../testing/studio-fixture.ts';

cleanUpApps();

beforeEach(() => {
  // happy-dom lays nothing out; the list needs a height to know which lines are in sight.
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(800);
  return () => vi.restoreAllMocks();
});

const text = 'Device: cuda:0\n\u001b[31mModuleNotFoundError\u001b[0m: no torch\nStarting server\n';
const start = 5000;
const contents = {
  ...fleetContents,
  logs: { 'character-gen': [{ startByte: start, endByte: start + text.length, text }] },
};

const openLog = async (handlers: HandlerChanges = {}): Promise<{ app: FixtureApp; drawer: HTMLElement }> => {
  const app = renderApp({ contents, handlers });
  const card = await screen.findByRole('article', { name: /^Character Gen/ });
  fireEvent.click(within(card).getByRole('button', { name: 'Logs' }));
  return { app, drawer: await screen.findByRole('dialog', { name: 'Log of Character Gen' }) };
};

describe('the log drawer', () => {
  it('shows the lines in their colours and follows what is added', async () => {
    const { app, drawer } = await openLog();
    const error = await within(drawer).findByText('ModuleNotFoundError');
    expect(error.getAttribute('data-colour')).toBe('red');
    const end = start + text.length;
    act(() => app.fixture.log('character-gen').publish({ startByte: end, endByte: end + 11, text: 'got prompt\n' }));
    await within(drawer).findByText('got prompt');
    expect(within(drawer).getByText('4 lines')).toBeTruthy();
    expect(within(drawer).getByRole('button', { name: 'Following' })).toBeTruthy();
  });

  it('searches, counts, and stops following at a match', async () => {
    const { drawer } = await openLog();
    await within(drawer).findByText('Starting server');
    const search = within(drawer).getByRole('textbox', { name: 'Search the log' });
    fireEvent.change(search, { target: { value: 'server' } });
    await within(drawer).findByText('1 of 1');
    expect(drawer.querySelector('mark')?.textContent).toBe('server');
    expect(within(drawer).getByRole('button', { name: 'Follow' })).toBeTruthy();
    fireEvent.change(search, { target: { value: 'nowhere' } });
    await within(drawer).findByText('no match');
  });

  it('loads what came before, from the byte at which the shown text begins', async () => {
    const { app, drawer } = await openLog({
      'instances.readLog': ({ beforeByte = 0 }) => ({
        startByte: 0,
        endByte: beforeByte,
        text: 'the very first line\n',
      }),
    });
    fireEvent.click(await within(drawer).findByRole('button', { name: 'Load older lines' }));
    await within(drawer).findByText('the very first line');
    expect(inputsOf(app, 'instances.readLog')).toEqual([{ instanceId: 'character-gen', beforeByte: start }]);
    await waitFor(() => expect(within(drawer).queryByRole('button', { name: 'Load older lines' })).toBeNull());
  });

  it('says that an empty log is empty', async () => {
    renderApp({ contents });
    const card = await screen.findByRole('article', { name: /^Upscale/ });
    fireEvent.click(within(card).getByRole('button', { name: 'Logs' }));
    await screen.findByText('Nothing was logged yet.');
  });
});
