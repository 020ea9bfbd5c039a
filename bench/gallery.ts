import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { z } from 'zod';
import {
  type GalleryFilter,
  galleryDaysKey,
  galleryPageKey,
  type galleryPageSchema,
} from '#contract/models/gallery.ts';
import { temporaryFolder } from '../e2e/hosts/headless-studio.ts';
import { createFigures } from './gallery/figures.ts';
import { makeFiles, promptOf } from './gallery/make-files.ts';
import { type OpenGallery, openGallery } from './gallery/open-gallery.ts';
import { watchPauses } from './gallery/pauses.ts';

/**
 * The gallery over an output folder of 100,000 files, of which one in a hundred is cut off and one is no picture: when the first page is
 * there, how long the rest takes in the background, what questions cost, and how long the studio is kept from anything else meanwhile.
 *
 * node bench/gallery.ts [--files 100000] [--json]
 */
const { values } = parseArgs({ options: { json: { type: 'boolean' }, files: { type: 'string', default: '100000' } } });
const count = Number(values.files);
const aims = { firstStartMs: 2000, pageMs: 200, searchMs: 100, pauseMs: 50, memoryMebibytes: 200 } as const;

const { note, all, missed } = createFigures((line) => {
  if (values.json !== true) process.stdout.write(`${line}\n`);
});

const timed = async (work: () => unknown): Promise<number> => {
  const beganAt = performance.now();
  await work();
  return performance.now() - beganAt;
};

const limitMs = 30 * 60_000;

const until = async (fits: () => boolean): Promise<void> => {
  const deadline = performance.now() + limitMs;
  while (!fits()) {
    if (performance.now() > deadline) throw new Error('The gallery did not come to an end.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const timeZone = 'Europe/Berlin';

/** Does work while somebody watches the first page of a list, and tells the longest pause of everything else. */
const whileWatched = async (
  figure: string,
  { gallery }: OpenGallery,
  filter: GalleryFilter,
  work: () => Promise<void>,
): Promise<void> => {
  const stops = [
    gallery.topics.galleryPage(galleryPageKey(filter)).listen(() => {}),
    gallery.topics.galleryDays(galleryDaysKey({ ...filter, timeZone })).listen(() => {}),
    gallery.topics.gallery.listen(() => {}),
  ];
  const pauses = watchPauses();
  await work();
  const { longestMs, longestWorkMs } = pauses();
  for (const stop of stops) stop();
  note(`${figure}: longest pause of the studio`, longestMs, 'ms');
  note(`${figure}: longest pause that it made itself`, longestWorkMs, 'ms', aims.pauseMs);
};

const page = (open: OpenGallery, wanted: z.input<typeof galleryPageSchema>) =>
  open.gallery.topics.galleryPage(galleryPageKey(wanted)).snapshot();

const mebibytes = (): number => process.memoryUsage().rss / 1024 ** 2;

const firstStart = async (data: string, output: string): Promise<void> => {
  const before = mebibytes();
  const open = openGallery(data, output);
  const beganAt = performance.now();
  const seconds = (): number => (performance.now() - beganAt) / 1000;
  await whileWatched('first start', open, {}, async () => {
    open.gallery.start();
    await until(() => page(open, {}).items.length === 100);
    note('first start: first page', seconds() * 1000, 'ms', aims.firstStartMs);
    await until(() => !open.gallery.status().isScanning && open.index.total({}) === count);
    note('first start: all files listed', seconds(), 's');
    await until(() => open.gallery.status().unread === 0);
    note('first start: all files looked into', seconds(), 's');
  });
  note('memory taken meanwhile', mebibytes() - before, 'MiB', aims.memoryMebibytes);
  await open.close();
};

const askEverything = async (open: OpenGallery): Promise<void> => {
  const cost = async (figure: string, aim: number, work: () => unknown): Promise<void> => {
    const pauses = watchPauses();
    note(figure, await timed(work), 'ms', aim);
    await new Promise((resolve) => setTimeout(resolve, 20));
    note(`${figure}: pause that it made`, pauses().longestWorkMs, 'ms', aims.pauseMs);
  };
  const ask = (figure: string, aim: number, wanted: z.input<typeof galleryPageSchema>): Promise<void> =>
    cost(figure, aim, () => page(open, wanted));
  await ask('page: first', aims.pageMs, {});
  await ask('page: in the middle', aims.pageMs, { offset: Math.floor(count / 2) });
  await ask('page: last', aims.pageMs, { offset: Math.max(0, count - 100) });
  const pages = Array.from({ length: 200 }, (_, index) => Math.floor((index * count) / 200));
  note('scroll: one page', (await timed(() => pages.forEach((offset) => page(open, { offset })))) / 200, 'ms', 20);
  await cost('days', aims.pageMs, () => open.gallery.topics.galleryDays(galleryDaysKey({ timeZone })).snapshot());
  await ask('search: one word that all have', aims.searchMs, { text: 'number' });
  await ask('search: two words', aims.searchMs, { text: 'lighthouse watercolour' });
  await ask('search: two signs (狐狸)', aims.searchMs, { text: '狐狸' });
  await ask('search: two letters (fo)', aims.searchMs, { text: 'fo' });
  await ask('search: nothing has it', aims.searchMs, { text: 'zeppelin' });
  await ask('filter: model', aims.pageMs, { model: 'checkpoints/flux_dev.safetensors' });
  await ask('filter: kind and model', aims.pageMs, { kinds: ['image'], model: 'checkpoints/flux_dev.safetensors' });
  await cost('what there is to filter by', aims.pageMs, () => open.gallery.facets());
};

const drawTiles = async (open: OpenGallery): Promise<void> => {
  const signal = new AbortController().signal;
  const ids = open.index.ids({ kinds: ['image'] }, 200, 50);
  const draw = () =>
    Promise.allSettled(ids.map((id) => open.gallery.content.openThumbnail(id, { headers: {}, signal })));
  note('50 small pictures, made', await timed(draw), 'ms');
  note('50 small pictures, kept', await timed(draw), 'ms');
};

const addFiles = async (output: string, first: number): Promise<void> => {
  for (let step = 0; step < 50; step += 1)
    await writeFile(join(output, `ComfyUI_new_${first + step}_.txt`), promptOf(first + step));
};

const secondStart = async (data: string, output: string, away: string): Promise<void> => {
  const open = openGallery(data, output);
  note('second start: first page', await timed(() => page(open, {})), 'ms', aims.pageMs);
  await whileWatched('second start', open, {}, async () => {
    const beganAt = performance.now();
    open.gallery.start();
    await until(() => open.scans() > 0 && !open.gallery.status().isScanning);
    note('second start: nothing new', performance.now() - beganAt, 'ms');
  });
  await askEverything(open);
  await drawTiles(open);
  const isQuiet = (total: number) => (): boolean =>
    open.index.total({}) === total && !open.gallery.status().isScanning && open.index.unreadCount() === 0;
  await whileWatched('50 new files, all looked at again', open, { text: 'number' }, async () => {
    await addFiles(output, count);
    open.gallery.scan();
    note('50 new files, all looked at again', (await timed(() => until(isQuiet(count + 50)))) / 1000, 's');
  });
  await whileWatched('a folder taken away', open, {}, async () => {
    await rename(join(output, 'set-3'), away);
    open.gallery.scan();
    note('a folder taken away', (await timed(() => until(isQuiet(count + 50 - count / 100)))) / 1000, 's');
  });
  await open.close();
};

const folder = await temporaryFolder();
try {
  const [output, data] = [join(folder.path, 'output'), join(folder.path, 'data')];
  await mkdir(output, { recursive: true });
  note(`${count} files made`, (await timed(() => makeFiles(output, count))) / 1000, 's');
  await firstStart(data, output);
  await secondStart(data, output, join(folder.path, 'away'));
  if (values.json === true) process.stdout.write(`${JSON.stringify(all(), null, 2)}\n`);
  if (missed().length > 0) process.exitCode = 1;
} finally {
  await folder.remove();
}
