import { readdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { processesOf } from '../test/processes.ts';
import { launchDesktop } from './hosts/desktop-studio.ts';
import { expect, test } from './hosts/desktop-test.ts';
import type { DesktopRecord } from './hosts/electron-api/records.ts';
import { startHeadlessStudio } from './hosts/headless-studio.ts';
import { instancesPage } from './pages/instances-page.ts';

const ofKind = <Kind extends DesktopRecord['kind']>(records: readonly DesktopRecord[], kind: Kind) =>
  records.filter((record): record is Extract<DesktopRecord, { kind: Kind }> => record.kind === kind);

const createSandbox = async (page: Page, name: string): Promise<void> => {
  const instances = instancesPage(page);
  await page.getByRole('button', { name: 'Create your first instance' }).click();
  await instances.describeSandbox(name);
  await instances.dialog.getByRole('button', { name: 'Create instance' }).click();
  await expect(instances.dialog).toBeHidden();
  await instances.act(name, 'Start');
  await instances.expectStatus(name, 'Running');
};

const smallWorkflow = {
  name: 'small.json',
  mimeType: 'application/json',
  buffer: Buffer.from(
    JSON.stringify({
      1: { class_type: 'EmptyImage', inputs: { width: 96, height: 64, batch_size: 1, color: 255 } },
      2: { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'x' } },
    }),
  ),
};

test('the window works over its port alone, and comes back after a reload', async ({ desktop }) => {
  const { page } = desktop;
  const sockets: string[] = [];
  page.on('websocket', (socket) => sockets.push(socket.url()));
  await page.reload();
  const instances = instancesPage(page);
  await expect(instances.heading).toBeVisible();
  await createSandbox(page, 'Desk');
  await expect(instances.card('Desk').getByLabel('Health: healthy')).toBeVisible();
  await instances.card('Desk').getByRole('button', { name: 'Actions for Desk' }).click();
  await page.getByRole('menuitem', { name: /^Open/ }).click();
  await expect
    .poll(() => ofKind(desktop.records(), 'open-external').map(({ url }) => url))
    .toEqual([expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+/)]);
  await instances.act('Desk', 'Stop');
  await instances.expectStatus('Desk', 'Stopped');

  expect(sockets).toEqual([]);
  const asked = ofKind(desktop.records(), 'request').map(({ url }) => new URL(url).pathname);
  expect(asked).toContain('/');
  expect(asked.filter((path) => path.startsWith('/api/'))).toEqual([]);
  // Nothing of the preload but its one function reaches the page.
  expect(await page.evaluate(() => Object.keys(Reflect.get(window, 'atelier')))).toEqual(['connect']);
  expect(await page.evaluate(() => ['require', 'process', 'electron'].filter((name) => name in window))).toEqual([]);
});

test('pictures go out of a job and into one through the page protocol', async ({ desktop }) => {
  const { page } = desktop;
  await createSandbox(page, 'Desk');
  await page.getByRole('link', { name: 'Run', exact: true }).click();
  await page.locator('input[type=file]').first().setInputFiles(smallWorkflow);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByText('1 of 1 done')).toBeVisible();
  const picture = page.getByRole('region', { name: 'Runs' }).locator('img').first();
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(96);
  const outputs = ofKind(desktop.records(), 'request').filter(({ url }) =>
    url.startsWith('atelier://app/content/outputs/'),
  );
  expect(outputs.map(({ status }) => status)).toContain(200);

  const stored = await page.evaluate(async () => {
    const file = new File([new Uint8Array(300_000).fill(7)], 'input.png', { type: 'image/png' });
    const response = await fetch('/content/inputs', { method: 'PUT', body: file });
    return { status: response.status, body: await response.json() };
  });
  expect(stored).toEqual({ status: 200, body: { uploadId: expect.any(String), sizeBytes: 300_000 } });
});

test('what the program may not ask for is denied', async ({ desktop }) => {
  const state = (name: string): Promise<string> =>
    desktop.page.evaluate(
      async (asked) => (await navigator.permissions.query({ name: asked as PermissionName })).state,
      name,
    );
  expect(await state('geolocation')).toBe('denied');
  expect(await state('notifications')).toBe('denied');
  expect(await state('camera')).toBe('denied');
  expect(await state('clipboard-write')).toBe('granted');
});

test.describe('addresses elsewhere', () => {
  let elsewhere: Server;
  let address: string;
  let visits: string[];

  test.beforeEach(async () => {
    visits = [];
    elsewhere = createServer((request, response) => {
      visits.push(request.url ?? '');
      response.setHeader('content-type', 'text/html').end('<title>Elsewhere</title><h1>Elsewhere</h1>');
    });
    await new Promise<void>((resolve) => {
      elsewhere.listen(0, '127.0.0.1', resolve);
    });
    address = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/page`;
  });
  test.afterEach(() => {
    elsewhere.closeAllConnections();
    elsewhere.close();
  });

  test('open outside of the window, however a page asks', async ({ desktop }) => {
    const { page } = desktop;
    const instances = instancesPage(page);
    const opened = () => ofKind(desktop.records(), 'open-external').map(({ url }) => url);
    const asks = {
      link: (url: string) => {
        const link = document.createElement('a');
        link.href = url;
        document.body.append(link);
        link.click();
      },
      newTab: (url: string) => {
        const link = document.createElement('a');
        Object.assign(link, { href: url, target: '_blank', rel: 'noopener' });
        document.body.append(link);
        link.click();
      },
      script: (url: string) => {
        location.href = url;
      },
      popup: (url: string) => {
        window.open(url);
      },
    };
    for (const [index, ask] of Object.values(asks).entries()) {
      await page.evaluate(ask, `${address}?${index}`);
      await expect.poll(opened).toContain(`${address}?${index}`);
    }
    expect(opened()).toHaveLength(4);
    expect(visits).toEqual([]);
    await expect(instances.heading).toBeVisible();
    await expect.poll(() => page.context().pages().length).toBe(1);
  });

  test('get no wire, even when the window is brought there', async ({ desktop }) => {
    const { page } = desktop;
    desktop.command({ type: 'load', url: address });
    await expect(page.getByRole('heading', { name: 'Elsewhere' })).toBeVisible();
    await page.evaluate(() => {
      const seen: unknown[] = [];
      Reflect.set(window, 'seen', seen);
      window.addEventListener('message', ({ data }) => seen.push(data));
      const bridge: { connect(): void } = Reflect.get(window, 'atelier');
      bridge.connect();
    });
    await expect.poll(() => desktop.log()).toContain('asked for a wire and got none');
    expect(await page.evaluate(() => Reflect.get(window, 'seen'))).toEqual([]);
  });
});

test('a frame inside of the page gets no wire', async ({ desktop }) => {
  const { page } = desktop;
  await page.evaluate(() => {
    const frame = document.createElement('iframe');
    frame.srcdoc = '<p>inner</p>';
    document.body.append(frame);
  });
  await expect(page.frameLocator('iframe').getByText('inner')).toBeVisible();
  const inner = page.frames().find((frame) => frame !== page.mainFrame());
  expect(await inner?.evaluate(() => 'atelier' in window)).toBe(false);

  // A renderer that was taken over can send from any of its frames, so the main process has to look.
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send('Page.getFrameTree');
  const frameId = frameTree.childFrames?.[0]?.frame.id ?? '';
  const { executionContextId: contextId } = await session.send('Page.createIsolatedWorld', {
    frameId,
    worldName: 'electron-preload',
  });
  const expression = `electronPost(JSON.stringify({ type: 'send', channel: 'atelier:wire', args: [] }))`;
  const { exceptionDetails } = await session.send('Runtime.evaluate', { expression, contextId });
  expect(exceptionDetails).toBeUndefined();
  await expect.poll(() => desktop.log()).toContain('asked for a wire and got none');
});

test('a second start brings the first to the front and ends', async ({ desktop, userDataFolder }) => {
  desktop.command({ type: 'minimize-window' });
  const acts = () => ofKind(desktop.records(), 'window').map(({ act }) => act);
  await expect.poll(acts).toContain('minimize');
  const second = launchDesktop(userDataFolder);
  expect(await second.exit()).toBe(0);
  expect(second.records()).toEqual([]);
  await expect.poll(() => acts().slice(-2)).toEqual(['restore', 'focus']);
  await expect(instancesPage(desktop.page).heading).toBeVisible();
});

for (const how of ['close-window', 'quit'] as const) {
  test(`${how} stops the instances and leaves no process behind`, async ({ desktop, userDataFolder }) => {
    await createSandbox(desktop.page, 'Desk');
    expect(await readdir(join(userDataFolder, 'studio', 'run'))).toHaveLength(1);
    expect(processesOf(userDataFolder).length).toBeGreaterThan(1);
    desktop.command({ type: how });
    expect(await desktop.exit()).toBe(0);
    // A record of a run that is left means that the program was gone before its instance had stopped.
    expect(await readdir(join(userDataFolder, 'studio', 'run'))).toEqual([]);
    // Chromium is killed with the program; its processes need a moment to be gone.
    await expect.poll(() => processesOf(userDataFolder), { timeout: 2_000 }).toEqual([]);
    expect(desktop.log()).not.toContain('Error');
  });
}

test('says who holds the data folder, and ends', async ({ userDataFolder }) => {
  const holder = await startHeadlessStudio({ dataFolder: join(userDataFolder, 'studio') });
  try {
    const program = launchDesktop(userDataFolder);
    expect(await program.exit()).toBe(1);
    const [box] = ofKind(program.records(), 'error-box');
    expect(box?.title).toBe('Atelier cannot start');
    expect(box?.content).toContain(`process ${holder.ready.pid} and answers at ${holder.ready.studio}`);
    expect(ofKind(program.records(), 'window')).toEqual([]);
  } finally {
    await holder.end('SIGTERM');
  }
});
