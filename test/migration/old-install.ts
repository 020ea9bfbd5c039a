import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

const write = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

/** How many files of the user an old install has; enough for a kill to come between them. */
const workflows = 60;

/** A ComfyUI as somebody has had it for a year: workflows, pictures, models, custom nodes, links and a read-only folder. */
export const makeOldInstall = (folder: string): string => {
  const root = join(folder, 'old', 'ComfyUI');
  write(join(root, 'main.py'), 'print("ComfyUI")\n');
  for (let index = 0; index < workflows; index += 1) {
    write(
      join(root, 'user', 'default', 'workflows', `portrait ${index} 人像 🖼.json`),
      `{"n":${index},"pad":"${'x'.repeat(20_000)}"}`,
    );
  }
  write(join(root, 'user', 'default', 'comfy.settings.json'), '{"Comfy.ColorPalette":"dark"}');
  mkdirSync(join(root, 'user', 'default', 'empty'), { recursive: true });
  symlinkSync('comfy.settings.json', join(root, 'user', 'default', 'inside.json'));
  symlinkSync('../../models/checkpoints', join(root, 'user', 'default', 'outside'));
  symlinkSync('nowhere-at-all', join(root, 'user', 'dangling'));
  write(join(root, 'input', 'face.png'), 'not really a picture');
  write(join(root, 'input', 'locked', 'old.png'), 'kept read-only');
  chmodSync(join(root, 'input', 'locked'), 0o555);
  write(join(root, 'models', 'checkpoints', 'sd15.safetensors'), 'm'.repeat(4096));
  write(join(root, 'models', 'checkpoints', 'styles', 'anime.safetensors'), 'm'.repeat(2048));
  write(join(root, 'models', 'loras', 'detail.safetensors'), 'm'.repeat(1024));
  write(join(root, 'custom_nodes', 'a-node', '__init__.py'), 'NODE_CLASS_MAPPINGS = {}\n');
  write(join(root, 'output', 'ComfyUI_00001_.png'), 'a picture of last year');
  return root;
};

/** Every path below a folder with what it is, byte for byte; `times` also compares when files were changed. */
export const fingerprint = (folder: string, options: { readonly times: boolean }): Readonly<Record<string, string>> => {
  const seen: Record<string, string> = {};
  const visit = (path: string, name: string): void => {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return;
    const when = options.times ? ` ${Math.round(stats.mtimeMs)}` : '';
    const mode = (stats.mode & 0o777).toString(8);
    if (stats.isSymbolicLink()) seen[name] = `link ${readlinkSync(path)}`;
    else if (stats.isDirectory()) {
      seen[name] = `folder ${mode}${when}`;
      for (const entry of readdirSync(path).toSorted()) visit(join(path, entry), `${name}/${entry}`);
    } else {
      seen[name] = `file ${mode}${when} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
    }
  };
  visit(folder, '.');
  return seen;
};

/** The documents of a studio and all folders that a migration may touch; logs, jobs and journals grow with every start. */
export const studioFingerprint = (dataFolder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    ['fleet.json', 'settings.json', 'secrets.json', 'backups', 'instances', 'shared'].flatMap((name) =>
      Object.entries(fingerprint(join(dataFolder, name), { times: false })).map(([path, what]) => [
        `${name}:${path}`,
        what,
      ]),
    ),
  );
