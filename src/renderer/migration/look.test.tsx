import { fireEvent, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import type { MigrationFinding } from '#contract/models/migration.ts';
import { gpus } from '../testing/fleet-scenario.ts';
import { instance, ready } from '../testing/instance-fixtures.ts';
import { dockerFinding, findings, runningFinding } from '../testing/migration-findings.ts';
import { plan } from '../testing/migration-plans.ts';
import { cleanUpApps, inputsOf, renderApp } from '../testing/render-app.fixture.tsx';
import { scenarios } from '../testing/scenarios.ts';
import { emptyContents, type HandlerChanges } from '../testing/studio-fixture.ts';

cleanUpApps();
afterEach(() => sessionStorage.clear());

const contents = { ...emptyContents, gpus };
const found = (seen: readonly MigrationFinding[]): HandlerChanges => ({
  'migration.scan': () => ({ findings: [...seen], durationMs: 840 }),
  'migration.plan': (choices) => plan(choices),
});
const showing = (seen: readonly MigrationFinding[], path = '/migration') =>
  renderApp({ contents, handlers: found(seen) }, path);

const choiceOf = (finding: MigrationFinding): Promise<HTMLElement> =>
  screen.findByRole('checkbox', { name: `${finding.title}, ${finding.location}` });

const isChecked = (box: HTMLElement): boolean => box instanceof HTMLInputElement && box.checked;
const valueOf = (field: HTMLElement): string => (field instanceof HTMLInputElement ? field.value : '');
const type = (field: HTMLElement, value: string): void => void fireEvent.change(field, { target: { value } });
const enter = (field: HTMLElement, value: string): void => {
  type(field, value);
  const form = field.closest('form');
  if (form === null) throw new Error('the field is in no form');
  fireEvent.submit(form);
};

describe('the first run', () => {
  it('is welcomed with what the machine is good for, and by "not now" never again (002-H1)', async () => {
    const app = showing(findings, '/');
    const first = 'You have 2 GPUs: run one ComfyUI on each.';
    expect(await screen.findByRole('heading', { level: 1, name: first })).toBeTruthy();
    fireEvent.click(await screen.findByRole('button', { name: 'Not now' }));
    expect(await screen.findByRole('heading', { name: 'ComfyUI Instances' })).toBeTruthy();
    await app.router.navigate({ to: '/' });
    expect(await screen.findByRole('heading', { name: 'ComfyUI Instances' })).toBeTruthy();
    expect(app.router.state.location.pathname).toBe('/instances');
  });

  it('is over where there is an instance', async () => {
    const instances = [instance({ configuration: { id: 'mine' }, state: ready() })];
    const app = renderApp({ contents: { ...contents, instances } }, '/');
    expect(await screen.findByRole('heading', { name: 'ComfyUI Instances' })).toBeTruthy();
    expect(app.router.state.location.pathname).toBe('/instances');
    expect(inputsOf(app, 'migration.scan')).toEqual([]);
  });

  it('speaks of the one card by its name, and of none at all without a promise', async () => {
    renderApp({ contents: { ...contents, gpus: gpus.slice(0, 1) }, handlers: found([]) }, '/welcome');
    expect(await screen.findByText('Run ComfyUI on your RTX 4090.')).toBeTruthy();
  });

  it('is reached from the empty instances page', async () => {
    showing(findings, '/instances');
    fireEvent.click(await screen.findByRole('link', { name: 'Bring in your ComfyUI' }));
    expect(await screen.findByText('Welcome to Atelier')).toBeTruthy();
  });
});

describe('looking', () => {
  it('says where it looks, can be stopped and begun again', async () => {
    const scenario = scenarios['migration-looking'];
    if (scenario === undefined) throw new Error('the scenario is gone');
    const app = renderApp(scenario, '/migration');
    expect(await screen.findByText('What runs on ports 8188 and 8000')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'See the plan' }).hasAttribute('disabled')).toBe(true);
    fireEvent.click(screen.getByRole('button', { name: 'Stop looking' }));
    expect(await screen.findByText('The look was stopped before it was done.')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Look again' }));
    expect(await screen.findByText('What runs on ports 8188 and 8000')).toBeTruthy();
    expect(inputsOf(app, 'migration.scan')).toHaveLength(2);
  });

  it('shows each place in plain words and proposes the one that runs', async () => {
    showing(findings);
    const card = await screen.findByRole('article', { name: `${runningFinding.title}, ${runningFinding.location}` });
    expect(card.textContent).toContain('ComfyUI 0.33.0');
    expect(card.textContent).toContain('running now');
    expect(card.textContent).toContain('214 model files, 384.0\u00a0GB · 3 custom node packs');
    expect(isChecked(await choiceOf(runningFinding))).toBe(true);
    expect(isChecked(await choiceOf(dockerFinding))).toBe(false);
    const nothing = screen.getByRole('article', { name: 'Pictures, /home/mara/Pictures' });
    expect(within(nothing).queryByRole('checkbox')).toBeNull();
    expect(nothing.textContent).toContain('/home/mara/Pictures holds no ComfyUI.');
  });

  it('plans all that are chosen together', async () => {
    const app = showing(findings);
    fireEvent.click(await choiceOf(dockerFinding));
    fireEvent.click(screen.getByRole('button', { name: 'See the plan' }));
    await screen.findByText('This is a dry run. Nothing has been done.');
    expect(inputsOf(app, 'migration.plan')[0]).toMatchObject({ findingIds: ['running-8188', 'docker-multi-1'] });
  });

  it('leads nowhere while nothing is chosen', async () => {
    showing(findings);
    fireEvent.click(await choiceOf(runningFinding));
    expect(screen.getByRole('button', { name: 'See the plan' }).hasAttribute('disabled')).toBe(true);
  });

  it('says what went wrong and tries again', async () => {
    let tries = 0;
    const scan = () => {
      tries += 1;
      if (tries === 1) throw new StudioError('INTERNAL');
      return { findings: [...findings], durationMs: 1 };
    };
    renderApp({ contents, handlers: { 'migration.scan': scan } }, '/migration');
    expect(await screen.findByText('The look did not work')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(isChecked(await choiceOf(runningFinding))).toBe(true);
  });
});

describe('the ways on beside what was found', () => {
  it('looks in a folder too, beside all other places, and takes it off again', async () => {
    const app = showing([]);
    expect(await screen.findByText('No ComfyUI was found')).toBeTruthy();
    const field = screen.getByRole('textbox', { name: 'Folder or file' });
    enter(field, 'ComfyUI');
    expect(await screen.findByText('Give the whole path, from the root on.')).toBeTruthy();
    enter(field, '/srv/comfy');
    fireEvent.click(await screen.findByRole('button', { name: 'Do not look at /srv/comfy any more' }));
    expect(inputsOf(app, 'migration.scan')).toEqual([
      { folders: [], urls: [], usualPlaces: true },
      { folders: ['/srv/comfy'], urls: [], usualPlaces: true },
    ]);
  });

  it('takes an address with and without http', async () => {
    const app = showing([]);
    await screen.findByText('No ComfyUI was found');
    const field = screen.getByRole('textbox', { name: 'Address' });
    enter(field, 'ftp://nowhere');
    expect(await screen.findByText('An address looks like http://192.168.1.20:8188.')).toBeTruthy();
    enter(field, 'render-1:8188');
    await screen.findByRole('button', { name: 'Do not look at http://render-1:8188 any more' });
    expect(inputsOf(app, 'migration.scan').at(-1)).toMatchObject({ urls: ['http://render-1:8188'] });
  });

  it('starts a sandbox instance for each GPU and shows how they come up', async () => {
    const app = showing([]);
    fireEvent.click(await screen.findByRole('button', { name: 'Start 2 sandbox instances' }));
    expect(await screen.findByRole('heading', { name: 'Sandbox instances' })).toBeTruthy();
    expect(inputsOf(app, 'instances.create')).toMatchObject([
      { draft: { name: 'Sandbox 1', program: 'sandbox' } },
      { draft: { name: 'Sandbox 2', program: 'sandbox' } },
    ]);
    expect(inputsOf(app, 'instances.start')).toHaveLength(2);
    expect(screen.getByRole('link', { name: 'Run a workflow' })).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Remove them again' }));
    expect(await screen.findByText('Welcome to Atelier')).toBeTruthy();
    expect(app.fixture.instances.state().instances).toEqual([]);
  });
});

describe('a studio that is away for a minute', () => {
  it('takes nothing of what was typed and chosen with it', async () => {
    const app = showing(findings);
    fireEvent.click(await choiceOf(dockerFinding));
    type(screen.getByRole('textbox', { name: 'Address' }), 'http://render-2:8188');
    app.server.drop({ down: true });
    type(screen.getByRole('textbox', { name: 'Folder or file' }), '/srv/half');
    await app.router.navigate({ to: '/settings' });
    app.server.up();
    app.client.reconnect();
    await app.router.navigate({ to: '/migration' });
    expect(isChecked(await choiceOf(dockerFinding))).toBe(true);
    expect(valueOf(screen.getByRole('textbox', { name: 'Address' }))).toBe('http://render-2:8188');
    expect(valueOf(screen.getByRole('textbox', { name: 'Folder or file' }))).toBe('/srv/half');
  });

  it('is asked again by itself when a look was lost with it', async () => {
    let answers = false;
    const scan = () => (answers ? { findings: [...findings], durationMs: 1 } : new Promise<never>(() => undefined));
    const app = renderApp({ contents, handlers: { 'migration.scan': scan } }, '/migration');
    await screen.findByText('What runs on ports 8188 and 8000');
    answers = true;
    app.server.drop();
    expect(isChecked(await choiceOf(runningFinding))).toBe(true);
  });
});
