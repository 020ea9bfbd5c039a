import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { test as base } from '@playwright/test';
import { type HeadlessStudio, startHeadlessStudio, temporaryFolder } from './headless-studio.ts';

/** Two cards that are not there: what nvidia-smi would print of them, once or again and again. */
const twoCards = `#!/bin/sh
loop=
for argument in "$@"; do case "$argument" in --loop-ms=*) loop=1;; esac; done
while :; do
  echo '0, GPU-00000000-0000-0000-0000-000000000000, 00000000:41:00.0, NVIDIA GeForce RTX 4090, 24564, 512, 3, 41, 60, 570.86'
  echo '1, GPU-00000000-0000-0000-0000-000000000001, 00000000:42:00.0, NVIDIA GeForce RTX 3080, 12288, 256, 1, 38, 40, 570.86'
  [ -z "$loop" ] && exit 0
  sleep 2
done
`;

interface NewcomerFixtures {
  /** All that the person has: a home folder, tools and an empty data folder. */
  folder: string;
  home: string;
  dataFolder: string;
  /** Fills the home before the studio looks at it; set with `test.use({ furnish })`. */
  furnish: { readonly fill: (folder: string) => void };
  studio: HeadlessStudio;
  /** Starts another studio over the same machine and data, once the first one is gone. */
  startAgain: () => Promise<HeadlessStudio>;
}

/** A person with two GPUs who starts Atelier for the first time. */
export const test = base.extend<NewcomerFixtures>({
  furnish: [{ fill: () => undefined }, { option: true }],
  folder: async ({}, use) => {
    const folder = await temporaryFolder();
    await use(folder.path);
    await folder.remove();
  },
  home: async ({ folder }, use) => {
    await use(join(folder, 'old'));
  },
  dataFolder: async ({ folder }, use) => {
    await use(join(folder, 'data'));
  },
  startAgain: async ({ folder, home, dataFolder, furnish }, use) => {
    const tools = join(folder, 'bin');
    await mkdir(tools, { recursive: true });
    await mkdir(home, { recursive: true });
    await writeFile(join(tools, 'nvidia-smi'), twoCards, { mode: 0o755 });
    furnish.fill(folder);
    const started: HeadlessStudio[] = [];
    await use(async () => {
      const environment = { HOME: home, PATH: `${tools}${delimiter}${process.env['PATH'] ?? ''}` };
      const studio = await startHeadlessStudio({ dataFolder, environment });
      started.push(studio);
      return studio;
    });
    for (const studio of started) await studio.end('SIGTERM');
  },
  studio: async ({ startAgain }, use) => {
    await use(await startAgain());
  },
});

export { expect } from '@playwright/test';
