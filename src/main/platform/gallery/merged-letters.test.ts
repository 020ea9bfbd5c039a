import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { noPromptFacts } from '#core/gallery/prompt-facts.ts';
import { openGalleryIndex } from './gallery-index.ts';

const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Words that differ from one number to the next. */
const promptOf = (seed: number, words: number): string =>
  Array.from({ length: words }, (_, at) => ((seed + 1) * 7919 * (at + 3)).toString(36).slice(0, 6)).join(' ');

it.each([
  ['short', 12],
  ['long', 500],
])('the letters of %s prompts stay in few pieces, whatever is written', (_length, words) => {
  const folder = mkdtempSync(join(tmpdir(), 'gallery-letters-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'gallery.sqlite');
  const index = openGalleryIndex({ path, logger });
  const shell = new DatabaseSync(path);
  onTestFinished(() => {
    shell.close();
    index.close();
  });
  const [files, atOnce] = [600, 4];
  index.putFiles(
    index.folderId({ path: '/out', instanceId: null }),
    '',
    Array.from({ length: files }, (_, at) => ({
      name: `${at}.png`,
      kind: 'image' as const,
      sizeBytes: 1,
      modifiedAtMs: at,
    })),
  );
  const file = { kind: 'image', state: 'ready', width: 1, height: 1, sizeBytes: 1, modifiedAtMs: 1 } as const;
  let most = 0;
  for (let unread = index.unread(atOnce); unread.length > 0; unread = index.unread(atOnce)) {
    index.putFacts(
      unread.map(({ id }) => ({
        id,
        file: { ...file, texts: {}, excerpt: '' },
        prompt: { ...noPromptFacts, positive: promptOf(id, words) },
      })),
    );
    const pieces = shell.prepare('SELECT count(DISTINCT segid) AS pieces FROM item_letters_idx').get()?.['pieces'];
    most = Math.max(most, Number(pieces));
  }
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThan(30);
});
