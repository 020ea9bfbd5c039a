import { joinPath } from '../../instances/configuration/paths.ts';
import type { ScanContext } from './scan-context.ts';

/** Ports on which ComfyUI and Comfy Desktop 1 listen unless told otherwise. */
export const usualPorts: readonly number[] = [8188, 8000];

/** Folders that people put programs in; what is called after ComfyUI in them is looked at. */
const shelves = ({ platform, home }: ScanContext): readonly string[] => {
  const own = [
    home,
    ...['Documents', 'Desktop', 'Downloads', 'ai', 'AI', 'apps', 'src', 'git', 'projects', 'workspace'].map((name) =>
      joinPath(platform, home, name),
    ),
  ];
  if (platform === 'win32') return [...own, 'C:\\', 'C:\\AI', 'D:\\', 'D:\\AI', 'E:\\', 'E:\\AI'];
  return platform === 'darwin' ? own : [...own, '/opt', '/srv', '/workspace'];
};

const mostPerShelf = 20;
const deepest = 2;

/** `ComfyUI`, `comfy`, `my-comfyui`, `ComfyUI_windows_portable`, … */
const isNamedAfterComfyui = (name: string): boolean => /comfy/iu.test(name) && !name.startsWith('.');

/** Folders named after ComfyUI on a shelf, and those within folders of that name (`comfy/ComfyUI`). */
const onShelf = async (shelf: string, depth: number, context: ScanContext): Promise<readonly string[]> => {
  const listing = await context.reader.list(shelf);
  if (listing.kind !== 'folder') return [];
  const folders = listing.entries
    .filter(({ kind, name }) => kind === 'folder' && isNamedAfterComfyui(name))
    .slice(0, mostPerShelf)
    .map(({ name }) => joinPath(context.platform, shelf, name));
  if (depth >= deepest) return folders;
  const deeper = await Promise.all(folders.map((folder) => onShelf(folder, depth + 1, context)));
  return folders.flatMap((folder, index) => [folder, ...(deeper[index] ?? [])]);
};

/** Folders where a ComfyUI may be, each once, nearer ones first. */
export const usualFolders = async (context: ScanContext): Promise<readonly string[]> => {
  const found = await Promise.all(shelves(context).map((shelf) => onShelf(shelf, 1, context)));
  // A container of document 000 keeps all in one folder that is called after nothing.
  const workspaces =
    context.platform === 'linux' ? ['/workspace', joinPath(context.platform, context.home, 'workspace')] : [];
  return [...new Set([...found.flat(), ...workspaces])];
};

const mostExports = 5;

/** Files that describe servers or instances: where documents 000 and 002 put them. Later exports first. */
export const usualFiles = async (context: ScanContext): Promise<readonly string[]> => {
  const { platform, home, reader } = context;
  const downloads = joinPath(platform, home, 'Downloads');
  const listing = await reader.list(downloads);
  const exported = listing.kind === 'folder' ? listing.entries : [];
  const servers = exported
    .filter(({ kind, name }) => kind === 'file' && /^comfyui[-_](?:servers|instances)[\w.-]*\.json$/iu.test(name))
    .map(({ name }) => joinPath(platform, downloads, name))
    .toReversed()
    .slice(0, mostExports);
  const fixed = platform === 'linux' ? ['/instances.json', '/workspace/instances.json'] : [];
  return [
    ...fixed,
    joinPath(platform, home, 'instances.json'),
    joinPath(platform, home, 'comfyui_instances.json'),
    ...servers,
  ];
};
