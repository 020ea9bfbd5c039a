import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import type { LogLine } from '#contract/models/instance-log.ts';
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

const million = 1_000_000;
const generatedLine = (number: number): LogLine => ({ number, text: `step ${number} of the night run`, level: 'info' });
/** A studio that has a log of a million lines and answers only what is asked for. */
const millionLines: HandlerChanges = {
  'instances.logInfo': () => ({ lineCount: million, sizeBytes: 60_000_000, generation: 'g', files: [] }),
  'instances.readLogLines': ({ from = 0, count = 200, numbers }) => ({
    generation: 'g',
    lines: (numbers ?? Array.from({ length: count }, (_, index) => from + index)).map(generatedLine),
  }),
  'instances.searchLog': () => ({ generation: 'g', lineCount: million, matchCount: 2, lines: [12, 777_777] }),
};

describe('the log drawer', () => {
  it('shows the lines in their colours and follows what is added', async () => {
    const { app, drawer } = await openLog();
    const error = await within(drawer).findByText('ModuleNotFoundError');
    expect(error.getAttribute('data-colour')).toBe('red');
    const end = start + text.length;
    act(() => app.fixture.log('character-gen').publish({ startByte: end, endByte: end + 11, text: 'got prompt\n' }));
    await within(drawer).findByText('got prompt');
    expect(within(drawer).getByText(/^4 lines/)).toBeTruthy();
    expect(within(drawer).getByRole('button', { name: 'Following' })).toBeTruthy();
  });

  it('searches, counts, and stops following at a match', async () => {
    const { drawer } = await openLog();
    await within(drawer).findByText('Starting server');
    const search = within(drawer).getByRole('textbox', { name: 'Search the log' });
    fireEvent.change(search, { target: { value: 'server' } });
    await within(drawer).findByText('1 of 1');
    await waitFor(() => expect(drawer.querySelector('mark')?.textContent).toBe('server'));
    expect(within(drawer).getByRole('button', { name: 'Follow' })).toBeTruthy();
    fireEvent.change(search, { target: { value: 'nowhere' } });
    await within(drawer).findByText('no match');
    fireEvent.keyDown(search, { key: 'Escape' });
    expect(within(drawer).queryByText('no match')).toBeNull();
  });

  it('shows only the lines of a level', async () => {
    const { drawer } = await openLog();
    await within(drawer).findByText('Starting server');
    fireEvent.click(within(drawer).getByRole('radio', { name: 'Errors' }));
    await within(drawer).findByText(/^1 of 3 lines/);
    await waitFor(() => expect(within(drawer).queryByText('Starting server')).toBeNull());
    expect(within(drawer).getByText('ModuleNotFoundError')).toBeTruthy();
  });

  it('says that an empty log is empty', async () => {
    renderApp({ contents });
    const card = await screen.findByRole('article', { name: /^Upscale/ });
    fireEvent.click(within(card).getByRole('button', { name: 'Logs' }));
    await screen.findByText('Nothing was logged yet.');
  });

  it('says why a log cannot be read, with a way to try again', async () => {
    const { drawer } = await openLog({
      'instances.logInfo': () => {
        throw new StudioError('STORE_READ_FAILED');
      },
    });
    expect(within(await within(drawer).findByRole('alert')).getByRole('button', { name: 'Try again' })).toBeTruthy();
  });
});

describe('a log of a million lines', () => {
  it('draws only what is in sight, in an element that a browser can hold', async () => {
    const { app, drawer } = await openLog(millionLines);
    await within(drawer).findByText('step 999999 of the night run');
    expect(within(drawer).getByText(/^1000000 lines/)).toBeTruthy();
    const log = within(drawer).getByRole('log');
    expect(log.querySelectorAll('[data-level]').length).toBeLessThan(60);
    const inner = log.firstElementChild;
    expect(inner instanceof HTMLElement && Number.parseInt(inner.style.blockSize, 10)).toBe(4_000_000);
    const asked = inputsOf(app, 'instances.readLogLines');
    expect(asked.length).toBeLessThan(8);
    expect(asked).toContainEqual({ instanceId: 'character-gen', from: 999_800, count: 200 });
  });

  it('reaches the first line at the top of the bar, and a match anywhere by the search', async () => {
    const { drawer } = await openLog(millionLines);
    await within(drawer).findByText('step 999999 of the night run');
    const log = within(drawer).getByRole('log');
    log.scrollTop = 0;
    fireEvent.scroll(log);
    await within(drawer).findByText('step 0 of the night run');
    expect(within(drawer).getByRole('button', { name: 'Follow' })).toBeTruthy();
    fireEvent.change(within(drawer).getByRole('textbox', { name: 'Search the log' }), { target: { value: 'step' } });
    await within(drawer).findByText('2 of 2');
    const found = await waitFor(() => {
      const row = log.querySelector('[data-found]');
      if (row === null) throw new Error('no match is shown yet');
      return row;
    });
    expect(found.textContent).toContain('step 777777');
    fireEvent.click(within(drawer).getByRole('button', { name: 'Previous match' }));
    await waitFor(() => expect(log.querySelector('[data-found]')?.textContent).toContain('step 12 '));
    expect(within(drawer).getByText('1 of 2')).toBeTruthy();
  });
});
