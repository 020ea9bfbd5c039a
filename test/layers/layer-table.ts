import type { SourceImport } from './source-imports.ts';

/** What a layer may import (docs/architecture.md). What is not named here it may not. */
interface Layer {
  readonly folder: string;
  /** Layers, folders or single files, all by path; the layer itself is always allowed. */
  readonly own: readonly string[];
  /** Packages by name; `@scope/*` for a whole scope. */
  readonly packages: readonly string[];
  readonly node: boolean;
}

const contract = 'src/contract/';
const comfyui = 'src/comfyui/';
const studio = 'src/main/studio/';

export const layers: readonly Layer[] = [
  { folder: contract, own: [], packages: ['zod'], node: false },
  { folder: comfyui, own: [], packages: [], node: false },
  { folder: 'src/main/core/', own: [contract], packages: [], node: false },
  {
    folder: 'src/main/platform/',
    own: [contract, 'src/main/core/ports/', 'src/main/core/shared/'],
    // `trash`: the trash of each system, which is no folder to move files into.
    packages: ['execa', 'sharp', 'systeminformation', 'trash', 'undici', 'ws', 'yaml', 'yazl', 'zod'],
    node: true,
  },
  {
    folder: 'src/main/gateway/',
    own: [contract, comfyui, 'src/main/core/'],
    packages: ['httpxy', 'ws', 'undici', 'zod', '@fastify/busboy', 'hash-wasm'],
    node: true,
  },
  {
    folder: 'src/main/transport/',
    own: [contract],
    packages: ['fastify', '@fastify/static', 'ws', 'zod'],
    node: true,
  },
  {
    folder: studio,
    own: [
      contract,
      'src/main/core/',
      'src/main/platform/',
      'src/main/gateway/',
      'src/main/transport/',
      // The sandbox runs as a process of its own; the studio lays out the folders that it gives it.
      'src/sandbox/models/',
    ],
    packages: ['string-argv', 'zod'],
    node: true,
  },
  {
    folder: 'src/main/headless/',
    own: [contract, studio],
    packages: ['zod'],
    node: true,
  },
  {
    folder: 'src/main/desktop/',
    // The policy of the pages is one constant for the HTTP server and the page protocol.
    own: [contract, studio, 'src/main/transport/content-security-policy.ts'],
    packages: ['electron', 'electron-store', 'zod'],
    node: true,
  },
  { folder: 'src/main/index.ts', own: ['src/main/desktop/'], packages: ['electron'], node: true },
  { folder: 'src/main/serve.ts', own: ['src/main/headless/', 'package.json'], packages: [], node: true },
  { folder: 'src/preload/', own: ['src/contract/wire-constants.ts'], packages: ['electron'], node: false },
  {
    folder: 'src/renderer/',
    own: [contract],
    packages: [
      'react',
      'react-dom',
      'react-i18next',
      'react-router',
      'i18next',
      '@mantine/*',
      '@tabler/*',
      '@tanstack/*',
      '@fontsource-variable/*',
      'zustand',
      'anser',
      'uplot',
      // Both are loaded where they are shown: the address as a QR code, and a picture that is zoomed with fingers and wheel.
      'uqr',
      'react-zoom-pan-pinch',
      'zod',
    ],
    node: false,
  },
  { folder: 'src/sandbox/', own: [comfyui], packages: ['sharp', 'ws', 'zod', '@fastify/busboy'], node: true },
];

export const layerOf = (file: string): Layer | undefined => layers.find(({ folder }) => file.startsWith(folder));

/** `@scope/name/part` is of the package `@scope/name`, `name/part` of `name`. */
const packageOf = (specifier: string): string => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

const allowsPackage = (allowed: readonly string[], specifier: string): boolean => {
  const name = packageOf(specifier);
  return allowed.some((entry) => (entry.endsWith('/*') ? name.startsWith(entry.slice(0, -1)) : entry === name));
};

const isAllowed = (layer: Layer, { specifier, target }: SourceImport): boolean => {
  if (target !== null) return [layer.folder, ...layer.own].some((allowed) => target.startsWith(allowed));
  return specifier.startsWith('node:') ? layer.node : allowsPackage(layer.packages, specifier);
};

/** The imports that the table does not allow, as text. */
export const violationsOf = (imports: readonly SourceImport[]): readonly string[] =>
  imports
    .filter((entry) => {
      const layer = layerOf(entry.file);
      return layer === undefined || !isAllowed(layer, entry);
    })
    .map(({ file, specifier }) => `${file} imports ${specifier}`);

/** A ring of layers that import each other, from the first back to itself; null where there is none. */
export const layerCycle = (imports: readonly SourceImport[]): readonly string[] | null => {
  const edges = new Map<string, Set<string>>();
  for (const { file, target } of imports) {
    const from = layerOf(file)?.folder;
    const to = target === null ? undefined : layerOf(target)?.folder;
    if (from === undefined || to === undefined || from === to) continue;
    edges.set(from, (edges.get(from) ?? new Set()).add(to));
  }
  const done = new Set<string>();
  const search = (layer: string, path: readonly string[]): readonly string[] | null => {
    if (path.includes(layer)) return [...path.slice(path.indexOf(layer)), layer];
    if (done.has(layer)) return null;
    for (const next of edges.get(layer) ?? []) {
      const cycle = search(next, [...path, layer]);
      if (cycle !== null) return cycle;
    }
    done.add(layer);
    return null;
  };
  for (const layer of edges.keys()) {
    const cycle = search(layer, []);
    if (cycle !== null) return cycle;
  }
  return null;
};
