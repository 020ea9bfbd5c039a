import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { cleanUpApps, inputsOf, renderApp } from '../testing/render-app.fixture.tsx';
import { type Scenario, scenarios } from '../testing/scenarios.ts';

cleanUpApps();

const fleet = (): Scenario => {
  const scenario = scenarios['fleet'];
  if (scenario === undefined) throw new Error('no scenario');
  return scenario;
};

describe('the sections of the settings', () => {
  it('have an address each, and one to begin with', async () => {
    const app = renderApp(fleet(), '/settings');
    expect(await screen.findByRole('radio', { name: /Fastest finish/ })).toBeDefined();
    fireEvent.click(screen.getByRole('link', { name: 'Health' }));
    expect(await screen.findByRole('heading', { name: 'Health' })).toBeDefined();
    expect(app.router.state.location.search).toEqual({ section: 'health' });
    expect(screen.getByRole('link', { name: 'Health' }).getAttribute('aria-current')).toBe('page');
  });

  it.each(['nonsense', 'constructor', '__proto__'])('fall back to the first one for %s', async (section) => {
    renderApp(fleet(), `/settings?section=${section}`);
    expect(await screen.findByRole('heading', { name: 'Balancing' })).toBeDefined();
  });

  it('store a figure of health when one leaves its field, and say what it means', async () => {
    const app = renderApp(fleet(), '/settings?section=health');
    const field = await screen.findByLabelText('Failures in a row until it is unhealthy');
    expect(screen.getByText(/unhealthy after about 15\ss\./)).toBeDefined();
    fireEvent.change(field, { target: { value: '6' } });
    expect(inputsOf(app, 'settings.update')).toEqual([]);
    fireEvent.blur(field);
    await waitFor(() => expect(inputsOf(app, 'settings.update')).toEqual([{ changes: { unhealthyAfterFailures: 6 } }]));
    expect(await screen.findByText(/unhealthy after about 30\ss\./)).toBeDefined();
  });

  it('say when the settings cannot be loaded', async () => {
    renderApp({ ...fleet(), answers: false }, '/settings');
    expect(await screen.findByLabelText('Loading settings')).toBeDefined();
  });
});

describe('the search over all settings', () => {
  const search = async (typed: string) => {
    const app = renderApp(fleet(), '/settings');
    fireEvent.change(await screen.findByRole('searchbox', { name: 'Search settings' }), { target: { value: typed } });
    return app;
  };

  it('finds by every word of label, description and section, and leads there', async () => {
    const app = await search('log size');
    const link = await screen.findByRole('link', { name: /^Size of a log file/ });
    expect(screen.getAllByText(/^1 setting$/)).toHaveLength(1);
    fireEvent.click(link);
    const field = await screen.findByLabelText(/^Size of a log file/);
    await waitFor(() => expect(document.activeElement).toBe(field));
    expect(app.router.state.location.search).toEqual({ section: 'folders', at: 'log-size' });
  });

  it('says when nothing matches, and takes the search back', async () => {
    await search('zeppelin');
    expect(await screen.findByText('No setting matches')).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Clear the search' }));
    expect(await screen.findByRole('heading', { name: 'Balancing' })).toBeDefined();
  });
});

describe('the language', () => {
  it('changes at once, and back', async () => {
    const app = renderApp(fleet(), '/settings?section=appearance');
    fireEvent.click(await screen.findByRole('radio', { name: '简体中文' }));
    expect(await screen.findByRole('heading', { name: '外观' })).toBeDefined();
    expect(document.documentElement.lang).toBe('zh-CN');
    // The page in the side bar, and the section of the settings.
    expect(screen.getAllByRole('link', { name: '队列' })).toHaveLength(2);
    app.services.view.getState().chooseLanguage('en');
    expect(await screen.findByRole('heading', { name: 'Appearance' })).toBeDefined();
  });
});

describe('addresses and keys', () => {
  it('cover the token until it is asked for, and make a link only then', async () => {
    const app = renderApp(fleet(), '/settings?section=addresses');
    const show = await screen.findByRole('button', { name: 'Show' });
    expect(screen.queryByText('fixture-token-0123456789')).toBeNull();
    fireEvent.click(show);
    expect(screen.getByText('fixture-token-0123456789')).toBeDefined();
    expect(screen.queryByText(/\?key=/)).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Make a link' }));
    expect(await screen.findByText('http://192.168.1.20:8001/?key=pv2JQ0xg7m1n')).toBeDefined();
    expect(inputsOf(app, 'access.reveal')).toEqual([{}, { withLoginLink: true }]);
  });

  it('show the addresses alone to somebody who may not know the key', async () => {
    const handlers = {
      'access.reveal': () => {
        throw new StudioError('AUTH_FORBIDDEN');
      },
    };
    renderApp({ ...fleet(), handlers }, '/settings?section=addresses');
    expect(await screen.findByText('http://127.0.0.1:8001')).toBeDefined();
    expect(screen.queryByText('Access token')).toBeNull();
  });

  it('draw a code of an address', async () => {
    renderApp(fleet(), '/settings?section=addresses');
    fireEvent.click((await screen.findAllByRole('button', { name: 'Show as QR code' }))[0] ?? document.body);
    const code = await screen.findByRole('img', { name: 'QR code of http://127.0.0.1:8187' });
    expect(code.querySelector('path')?.getAttribute('d')).toMatch(/^M\d+ \d+h1v1h-1z/);
  });
});

describe('notifications', () => {
  it('are chosen one by one and kept in this window', async () => {
    const app = renderApp(fleet(), '/settings?section=notifications');
    const before = app.services.view.getState().notificationChoices;
    fireEvent.click(await screen.findByRole('switch', { name: /^An instance ended by itself/ }));
    expect(app.services.view.getState().notificationChoices).toEqual({ ...before, instanceDied: !before.instanceDied });
  });
});

describe('diagnostics (002-H5)', () => {
  it('show what the bundle holds before it is saved', async () => {
    const app = renderApp(fleet(), '/settings?section=diagnostics');
    const look = await screen.findByRole('button', { name: 'Look at its contents' });
    expect(inputsOf(app, 'diagnostics.preview')).toEqual([]);
    fireEvent.click(look);
    expect(await screen.findByText(/37 private places taken out/)).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: /^logs\/atelier\.log/ }));
    expect(screen.getByLabelText('Contents of logs/atelier.log').textContent).toContain('/home/[user]/ComfyUI');
  });
});

describe('earlier states', () => {
  it('are compared with the present one before they are restored', async () => {
    const app = renderApp(fleet(), '/settings?section=snapshots');
    fireEvent.click((await screen.findAllByRole('button', { name: /^Restore the state of/ }))[0] ?? document.body);
    const dialog = await screen.findByRole('dialog');
    expect(await within(dialog).findByText('Video tests')).toBeDefined();
    expect(within(dialog).getByText('2 jobs run on it')).toBeDefined();
    expect(inputsOf(app, 'configuration.restore')).toEqual([]);
    fireEvent.click(within(dialog).getByRole('button', { name: 'Restore' }));
    await waitFor(() =>
      expect(inputsOf(app, 'configuration.restore')).toEqual([
        { snapshotId: 'snapshot-00000003', basis: 'fixture', withSettings: true, removeOthers: false },
      ]),
    );
    expect(await screen.findByText('The earlier state was restored.')).toBeDefined();
  });

  it('are taken by hand', async () => {
    renderApp(fleet(), '/settings?section=snapshots');
    const before = (await screen.findAllByRole('button', { name: /^Restore the state of/ })).length;
    fireEvent.click(screen.getByRole('button', { name: 'Take a snapshot' }));
    await waitFor(() =>
      expect(screen.getAllByRole('button', { name: /^Restore the state of/ })).toHaveLength(before + 1),
    );
  });
});
