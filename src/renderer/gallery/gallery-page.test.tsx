import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { galleryItem } from '../testing/gallery-fixtures.ts';
import { galleryScenarios } from '../testing/gallery-scenarios.ts';
import { fixtureNow } from '../testing/instance-fixtures.ts';
import { cleanUpApps, inputsOf, renderApp } from '../testing/render-app.fixture.tsx';
import { scenarios } from '../testing/scenarios.ts';
import { emptyContents } from '../testing/studio-fixture.ts';

cleanUpApps();

const open = (path = '/gallery', name = 'gallery') => {
  const scenario = galleryScenarios[name] ?? scenarios[name];
  if (scenario === undefined) throw new Error(`there is no scenario ${name}`);
  return renderApp(scenario, path);
};

const tiles = async (): Promise<HTMLElement[]> => {
  await screen.findAllByRole('gridcell', { name: /^Picture: / });
  return screen.getAllByRole('gridcell');
};

const press = (key: string, options: object = {}): void => {
  fireEvent.keyDown(document.activeElement ?? document.body, { key, ...options });
};

const currentIndex = (): string | undefined =>
  document.activeElement instanceof HTMLElement ? document.activeElement.dataset['index'] : undefined;

describe('the gallery', () => {
  it('shows the results of all instances by day, with what they are of', async () => {
    open();
    const cells = await tiles();
    expect(cells[0]?.getAttribute('aria-label')).toMatch(/^Picture: portrait of a fox in a red scarf/);
    expect(screen.getByText('64 results')).toBeTruthy();
    expect(screen.getByRole('rowheader', { name: /^Today/ })).toBeTruthy();
    expect(cells[0]?.querySelector('img')?.getAttribute('src')).toBe('/content/gallery/1/thumbnail?v=v1');
  });

  it('says of files that are half-written, damaged or no pictures what they are', async () => {
    open();
    await tiles();
    expect(screen.getByRole('gridcell', { name: /^Being written:/ }).textContent).toContain('Being written');
    expect(screen.getByRole('gridcell', { name: /^Damaged file:/ }).textContent).toContain('Damaged file');
    expect(screen.getByRole('gridcell', { name: /^Text:/ }).textContent).toContain('The lamp turns once');
    expect(screen.getByRole('gridcell', { name: /^Sound:/ }).textContent).toContain('rain_00008_.flac');
    expect(screen.getByRole('gridcell', { name: /^Video:/ }).querySelector('video')?.preload).toBe('metadata');
    expect(document.querySelector('script')).toBeNull();
  });

  it('shows a new result as it comes, on top', async () => {
    const app = open();
    await tiles();
    app.fixture.gallery.put(galleryItem(900, { createdAt: fixtureNow, title: 'a brand new whale' }));
    expect((await screen.findByRole('gridcell', { name: /a brand new whale/ })).dataset['index']).toBe('0');
    expect(screen.getByText('65 results')).toBeTruthy();
  });

  it('leads through the results by keys, marks them and opens them', async () => {
    const app = open();
    const [first] = await tiles();
    first?.focus();
    press('ArrowRight');
    expect(currentIndex()).toBe('1');
    press(' ');
    await screen.findByText('1 marked');
    press('ArrowDown');
    press(' ', { shiftKey: true });
    await screen.findByText('3 marked');
    press('Escape');
    await waitFor(() => expect(screen.queryByText(/marked$/)).toBeNull());
    press('Home');
    expect(currentIndex()).toBe('0');
    press('Enter');
    await screen.findByRole('dialog', { name: /portrait of a fox/ });
    expect(app.router.state.location.search).toEqual({ item: 1 });
  });

  it('moves what is marked to the trash, and brings it back', async () => {
    const app = open();
    const [first] = await tiles();
    first?.focus();
    press(' ');
    press('ArrowRight');
    press(' ');
    await screen.findByText('2 marked');
    press('Delete');
    await screen.findByText('2 files moved to the trash');
    await screen.findByText('62 results');
    expect(inputsOf(app, 'gallery.trash')).toEqual([{ itemIds: [1, 2] }]);
    fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
    await screen.findByText('2 files are back');
    await screen.findByText('64 results');
  });

  it('asks before what it could not take back', async () => {
    const app = open('/gallery', 'gallery-no-undo');
    const [first] = await tiles();
    first?.focus();
    press('Delete');
    const dialog = await screen.findByRole('dialog', { name: 'Move to trash' });
    expect(inputsOf(app, 'gallery.trash')).toEqual([]);
    fireEvent.click(within(dialog).getByRole('button', { name: 'Move to trash' }));
    await screen.findByText('63 results');
  });

  it('keeps its filters in the address, and says when nothing fits', async () => {
    const app = open('/gallery?search=fox');
    await tiles();
    expect(screen.getByText('11 results')).toBeTruthy();
    const search = screen.getByRole('textbox', { name: 'Search prompts, titles and names' });
    fireEvent.change(search, { target: { value: 'no such thing' } });
    await screen.findByText('No result matches');
    expect(app.router.state.location.search).toEqual({ search: 'no such thing' });
    fireEvent.click(screen.getAllByRole('button', { name: 'Clear filters' })[0] ?? search);
    await screen.findByText('64 results');
    expect(app.router.state.location.search).toEqual({});
  });

  it('filters by model and workflow from the address', async () => {
    open('/gallery?workflow=w1&model=loras%2Fdetail-tweaker.safetensors');
    await tiles();
    expect(screen.getByText('32 results')).toBeTruthy();
  });

  it('says what belongs here while there is nothing, and what goes on while it looks', async () => {
    renderApp({ contents: emptyContents }, '/gallery');
    await screen.findByText('No results yet');
    expect(screen.getByRole('link', { name: 'Run a workflow' }).getAttribute('href')).toContain('/run');
  });

  it('tells of folders that cannot be read and of files that are still read', async () => {
    open('/gallery', 'gallery-scanning');
    await screen.findByText('This folder cannot be read now: /mnt/renders/output');
    expect(screen.getByText('Reading 12,480 files')).toBeTruthy();
  });

  it('says why it cannot be loaded', async () => {
    open('/gallery', 'gallery-failing');
    await screen.findByText('The gallery could not be loaded');
    expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy();
  });
});

describe('one result in full', () => {
  it('tells how it was made and leads on', async () => {
    const app = open('/gallery?item=2');
    const dialog = await screen.findByRole('dialog', { name: /isometric bakery/ });
    await within(dialog).findByText('2 of 64');
    expect(within(dialog).getByText('884213002')).toBeTruthy();
    expect(within(dialog).getByText('1216 × 832', { exact: false })).toBeTruthy();
    expect(within(dialog).getByRole('link', { name: 'Run again with these values' }).getAttribute('href')).toContain(
      '/run?job=00000000-0000-4000-8000-000000005002',
    );
    fireEvent.keyDown(dialog, { key: 'ArrowRight' });
    await screen.findByText('3 of 64');
    expect(app.router.state.location.search).toEqual({ item: 3 });
    fireEvent.click(screen.getByRole('button', { name: 'Previous result' }));
    await screen.findByText('2 of 64');
  });

  it('shows all of the same model by a click on it', async () => {
    const app = open('/gallery?item=2');
    const dialog = await screen.findByRole('dialog', { name: /isometric bakery/ });
    fireEvent.click(await within(dialog).findByRole('button', { name: 'checkpoints/dreamshaper_8.safetensors' }));
    await waitFor(() =>
      expect(app.router.state.location.search).toEqual({ model: 'checkpoints/dreamshaper_8.safetensors' }),
    );
  });

  it('goes on to the next one when it is moved to the trash', async () => {
    const app = open('/gallery?item=2');
    const dialog = await screen.findByRole('dialog', { name: /isometric bakery/ });
    await within(dialog).findByText('2 of 64');
    fireEvent.keyDown(dialog, { key: 'Delete' });
    await screen.findByText('1 file moved to the trash');
    expect(app.router.state.location.search).toEqual({ item: 3 });
  });

  it('says when it is gone', async () => {
    open('/gallery?item=99999');
    await screen.findByText('This result is not in the gallery any more.');
    fireEvent.click(screen.getByRole('button', { name: 'Back to the gallery' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });
});

describe('two results compared', () => {
  it('stand beside each other or behind a slider, with what differs', async () => {
    open('/gallery?compare=%5B1%2C2%5D');
    const dialog = await screen.findByRole('dialog', { name: 'Compare two pictures' });
    const differences = await within(dialog).findByRole('table', { name: 'What differs' });
    expect(within(differences).getByRole('row', { name: /^Seed/ }).textContent).toBe('Seed884213001884213002');
    expect(within(differences).queryByRole('row', { name: /^Steps/ })).toBeNull();
    expect(within(dialog).getAllByRole('img')).toHaveLength(2);
    fireEvent.click(within(dialog).getByRole('radio', { name: 'Slider' }));
    const slider = await within(dialog).findByRole('slider', { name: 'Where the first picture ends' });
    fireEvent.change(slider, { target: { value: '20' } });
    expect(within(dialog).getAllByRole('img')[1]?.style.clipPath).toBe('inset(0 80% 0 0)');
  });
});
