import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import type { z } from 'zod';
import { galleryDaysKey, galleryPageKey, type galleryPageSchema } from '#contract/models/gallery.ts';
import { temporaryFolder } from '../e2e/hosts/headless-studio.ts';
import { makeFiles, promptOf } from './gallery/make-files.ts';
import { type OpenGallery, openGallery } from './gallery/open-gallery.ts';

/**
 * The gallery over an output folder of 100,000 files, one in a hundred of them cut off: when the first page is there, how long the rest
 * takes in the background, what questions cost, and how long the studio is kept from anything else meanwhile. Aims: the first page
 * within 2 s of a first start and at once after that, no pause of the studio beyond 50 ms.
 */
const { values } = parseArgs({ options: { json: { type: 'boolean' }, files: { type: 'string', default: '100000' } } });
const count = Number(values.files);
const longestPauseMs = 50;

const rows: { figure: string; value: string }[] = [];
const note = (figure: string, value: number, unit: string): void => {
  rows.push({ figure, value: `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ${unit}` });
  if (values.json !== true) process.stdout.write(`${figure.padEnd(58)} ${rows.at(-1)?.value}\n`);
};

const timed = async <Value>(work: () => Value | Promise<Value>): Promise<{ value: Value; ms: number }> => {
  const beganAt = performance.now();
  const value = await work();
  return { value, ms: performance.now() - beganAt };
};

const limitMs = 30 * 60_000;

const until = async (fits: () => boolean): Promise<void> => {
  const deadline = performance.now() + limitMs;
  while (!fits()) {
    if (performance.now() > deadline) throw new Error('The gallery did not come to an end.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

/** Runs work while somebody watches the first page, and tells the longest pause of everything else. */
const whileWatched = async (
  { gallery }: OpenGallery,
  work: () => Promise<void>,
): Promise<{ readonly longestMs: number; readonly usualMs: number }> => {
  const delays = monitorEventLoopDelay({ resolution: 5 });
  const stops = [
    gallery.topics.galleryPage(galleryPageKey({})).listen(() => {}),
    gallery.topics.galleryDays(galleryDaysKey({ timeZone: 'Europe/Berlin' })).listen(() => {}),
    gallery.topics.gallery.listen(() => {}),
  ];
  delays.enable();
  await work();
  delays.disable();
  for (const stop of stops) stop();
  return { longestMs: delays.max / 1e6 - 5, usualMs: delays.percentile(99) / 1e6 - 5 };
};

const page = (open: OpenGallery, wanted: z.input<typeof galleryPageSchema>) =>
  open.gallery.topics.galleryPage(galleryPageKey(wanted)).snapshot();

const mebibytes = (): number => process.memoryUsage().rss / 1024 ** 2;

const firstStart = async (data: string, output: string): Promise<number> => {
  const before = mebibytes();
  const open = openGallery(data, output);
  const beganAt = performance.now();
  const pause = await whileWatched(open, async () => {
    open.gallery.start();
    await until(() => page(open, {}).items.length === 100);
    note('first start: first page', performance.now() - beganAt, 'ms');
    await until(() => !open.gallery.status().isScanning && open.index.total({}) === count);
    note('first start: all files listed', (performance.now() - beganAt) / 1000, 's');
    await until(() => open.gallery.status().unread === 0);
    note('first start: all files looked into', (performance.now() - beganAt) / 1000, 's');
  });
  note('first start: longest pause of the studio', pause.longestMs, 'ms');
  note('first start: pause, 99 of 100', pause.usualMs, 'ms');
  note('memory taken meanwhile', mebibytes() - before, 'MiB');
  await open.close();
  return pause.longestMs;
};

const askEverything = async (open: OpenGallery): Promise<void> => {
  const cost = async (figure: string, work: () => unknown): Promise<void> => {
    const { ms } = await timed(work);
    note(figure, ms, 'ms');
  };
  await cost('page: first', () => page(open, {}));
  await cost('page: in the middle', () => page(open, { offset: Math.floor(count / 2) }));
  await cost('page: last', () => page(open, { offset: Math.max(0, count - 100) }));
  const pages = Array.from({ length: 200 }, (_, index) => Math.floor((index * count) / 200));
  const scroll = await timed(() => pages.forEach((offset) => page(open, { offset })));
  note('scroll through all of it: one page', scroll.ms / pages.length, 'ms');
  await cost('days', () => open.gallery.topics.galleryDays(galleryDaysKey({ timeZone: 'Asia/Shanghai' })).snapshot());
  await cost('search: one word that all have', () => page(open, { text: 'number' }));
  await cost('search: two words', () => page(open, { text: 'lighthouse watercolour' }));
  await cost('search: two signs (狐狸)', () => page(open, { text: '狐狸' }));
  await cost('filter: model', () => page(open, { model: 'checkpoints/flux_dev.safetensors' }));
  await cost('filter: kind, time and model', () =>
    page(open, { kinds: ['image'], since: 1, model: 'checkpoints/flux_dev.safetensors' }),
  );
  await cost('what there is to filter by', () => open.gallery.facets());
};

const drawTiles = async (open: OpenGallery): Promise<void> => {
  const signal = new AbortController().signal;
  const ids = open.index.ids({ kinds: ['image'] }, 200, 50);
  const draw = () =>
    Promise.all(
      ids.map((id) =>
        open.gallery.content.openThumbnail(id, { headers: {}, signal }).then(
          () => 1,
          () => 0,
        ),
      ),
    );
  note('50 small pictures, made', (await timed(draw)).ms, 'ms');
  note('50 small pictures, kept', (await timed(draw)).ms, 'ms');
};

const secondStart = async (data: string, output: string): Promise<number> => {
  const open = openGallery(data, output);
  const { ms } = await timed(() => page(open, {}));
  note('second start: first page', ms, 'ms');
  const pause = await whileWatched(open, async () => {
    const beganAt = performance.now();
    open.gallery.start();
    await until(() => !open.gallery.status().isScanning);
    note('second start: nothing new', performance.now() - beganAt, 'ms');
    await writeFile(join(output, 'ComfyUI_new_.png'), promptOf(1));
    open.gallery.scan();
    const addedAt = performance.now();
    await until(() => open.index.total({}) === count + 1);
    note('one new file among them, all looked at again', performance.now() - addedAt, 'ms');
  });
  note('second start: longest pause of the studio', pause.longestMs, 'ms');
  await askEverything(open);
  await drawTiles(open);
  await open.close();
  return pause.longestMs;
};

const folder = await temporaryFolder();
try {
  const [output, data] = [join(folder.path, 'output'), join(folder.path, 'data')];
  await mkdir(output, { recursive: true });
  note(`${count} files made`, (await timed(() => makeFiles(output, count))).ms / 1000, 's');
  const longest = Math.max(await firstStart(data, output), await secondStart(data, output));
  if (values.json === true) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  if (longest > longestPauseMs) process.exitCode = 1;
} finally {
  await folder.remove();
}
