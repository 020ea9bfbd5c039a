import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { fleetContents } from '../../testing/fleet-scenario.ts';
import { cleanUpApps, inputsOf, renderApp } from '../../testing/render-app.fixture.tsx';
import { scenarios } from '../../testing/scenarios.ts';

cleanUpApps();
const fleet = { contents: fleetContents };
const many = scenarios['many'] ?? fleet;

const names = async (): Promise<readonly (string | null)[]> =>
  (await screen.findAllByRole('article')).map((one) => one.getAttribute('aria-label'));
const boxOf = (name: string): HTMLElement => screen.getByRole('checkbox', { name: `Mark ${name}` });
const bar = (): Promise<HTMLElement> => screen.findByRole('toolbar', { name: 'What to do with the marked instances' });

describe('the arrangement of the panel', () => {
  it('sorts, and keeps that in the address', async () => {
    const app = renderApp(fleet, '/instances?sort=name');
    expect((await names()).slice(0, 3)).toEqual([
      'Batch Processing - RTX 3080',
      'Character Gen, Active instance',
      'Custom node lab',
    ]);
    expect(app.router.state.location.search).toEqual({ sort: 'name' });
  });

  it('groups by GPU under headings that say which and how many', async () => {
    renderApp(fleet);
    await names();
    fireEvent.click(screen.getByRole('button', { name: 'Group by GPU' }));
    await screen.findByRole('heading', { level: 2, name: /^GPU 0/ });
    const [first, second] = screen.getAllByRole('heading', { level: 2 });
    expect(first?.textContent).toMatch(/^GPU 0 · RTX 4090bus 41:00 · \d instances$/);
    expect(second?.textContent).toMatch(/^GPU 1 · RTX 3080bus 42:00 · \d instances$/);
  });

  it('shows lines instead of cards, with the same names and actions', async () => {
    const app = renderApp(fleet, '/instances?layout=list');
    expect(await names()).toHaveLength(9);
    const spare = screen.getByRole('article', { name: 'Spare' });
    fireEvent.click(within(spare).getByRole('button', { name: 'Start' }));
    await waitFor(() => expect(inputsOf(app, 'instances.start')).toEqual([{ instanceId: 'spare' }]));
    const busy = screen.getByRole('article', { name: /^Character Gen/ });
    expect(within(busy).getByRole('progressbar').getAttribute('aria-valuenow')).toBe('70');
    expect(within(screen.getByRole('article', { name: 'Flux' })).getByText(/ended by itself with code 1/)).toBeTruthy();
  });

  it('draws only what is on screen of 256 instances', async () => {
    renderApp(many);
    await screen.findByText(/256 of 256 instances/);
    expect((await names()).length).toBeLessThan(60);
  });
});

describe('marked instances', () => {
  it('are started, stopped and restarted together, each action where it makes sense', async () => {
    const app = renderApp(fleet);
    await names();
    for (const name of ['Character Gen', 'Spare', 'Default Instance']) fireEvent.click(boxOf(name));
    const tools = within(await bar());
    expect(tools.getByText('3 marked')).toBeTruthy();
    fireEvent.click(tools.getByRole('button', { name: 'Start 1' }));
    fireEvent.click(tools.getByRole('button', { name: 'Stop 2' }));
    await waitFor(() =>
      expect(inputsOf(app, 'instances.stop')).toEqual([{ instanceId: 'character-gen' }, { instanceId: 'default' }]),
    );
    expect(inputsOf(app, 'instances.start')).toEqual([{ instanceId: 'spare' }]);
  });

  it('are a range with Shift, all that is shown with Ctrl+A, none with Escape', async () => {
    renderApp(fleet);
    await names();
    fireEvent.click(boxOf('Character Gen'));
    fireEvent.click(boxOf('Default Instance'), { shiftKey: true });
    expect(within(await bar()).getByText('3 marked')).toBeTruthy();
    const spare = screen.getByRole('article', { name: 'Spare' });
    spare.focus();
    fireEvent.keyDown(spare, { key: 'a', ctrlKey: true });
    expect(within(await bar()).getByText('9 marked')).toBeTruthy();
    fireEvent.keyDown(spare, { key: 'Escape' });
    await waitFor(() => expect(screen.queryByText('9 marked')).toBeNull());
  });

  it('are deleted after one question that names them', async () => {
    const app = renderApp(fleet);
    await names();
    fireEvent.click(boxOf('Spare'));
    fireEvent.click(boxOf('Flux'));
    const spare = screen.getByRole('article', { name: 'Spare' });
    spare.focus();
    fireEvent.keyDown(spare, { key: 'Delete' });
    const dialog = await screen.findByRole('dialog', { name: 'Delete instances' });
    expect(within(dialog).getByText('Delete 2 instances?')).toBeTruthy();
    expect(dialog.textContent).toContain('Spare, Flux');
    expect(inputsOf(app, 'instances.delete')).toEqual([]);
    fireEvent.click(within(dialog).getByRole('button', { name: 'Delete instances' }));
    await screen.findByText(/7 of 7 instances/);
    await screen.findByText(/2 instances were deleted/);
  });

  it('that refuse are told, with the first cause', async () => {
    renderApp({
      contents: fleetContents,
      handlers: {
        'instances.pause': () => {
          throw new StudioError('INSTANCE_NOT_RUNNING');
        },
      },
    });
    await names();
    for (const name of ['Character Gen', 'Batch Processing - RTX 3080']) fireEvent.click(boxOf(name));
    fireEvent.click(within(await bar()).getByRole('button', { name: 'Pause 2' }));
    await screen.findByText('2 instances did not: Character Gen and others');
  });
});

describe('the keyboard', () => {
  it('goes from card to card and from line to line', async () => {
    renderApp(fleet);
    await names();
    const first = screen.getByRole('article', { name: /^Character Gen/ });
    first.focus();
    fireEvent.keyDown(first, { key: 'ArrowRight' });
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Batch Processing - RTX 3080');
    fireEvent.keyDown(document.activeElement ?? first, { key: 'ArrowDown' });
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Video');
    fireEvent.keyDown(document.activeElement ?? first, { key: ' ' });
    expect(within(await bar()).getByText('1 marked')).toBeTruthy();
  });
});
