import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

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

/** Puts an nvidia-smi of two cards into a folder and answers the search path that finds it. */
export const pathWithTwoCards = async (folder: string): Promise<string> => {
  const tools = join(folder, 'bin');
  await mkdir(tools, { recursive: true });
  await writeFile(join(tools, 'nvidia-smi'), twoCards, { mode: 0o755 });
  return `${tools}${delimiter}${process.env['PATH'] ?? ''}`;
};
