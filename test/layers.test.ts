import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { layerCycle, layerOf, violationsOf } from './layers/layer-table.ts';
import {
  moduleVariablesOf,
  root,
  type SourceImport,
  sourceFiles,
  sourceImports,
  specifiersOf,
} from './layers/source-imports.ts';

const imports = sourceImports();
const own = (file: string, target: string): SourceImport => ({ file, specifier: target, target });
const outside = (file: string, specifier: string): SourceImport => ({ file, specifier, target: null });

describe('imports', () => {
  it('are read in every form, types too', () => {
    const text = `
      import type { A } from './a.ts';
      import { type B, b } from '#core/b.ts';
      import './side.ts';
      export * from './all.ts';
      export { c } from './named.ts';
      export type { D } from './type.ts';
      const lazy = await import('./lazy.ts');
      type E = import('./inline.ts').E;
      // import './comment.ts';
      const text = "import './text.ts'";
    `;
    expect(specifiersOf('x.ts', text)).toEqual([
      './a.ts',
      '#core/b.ts',
      './side.ts',
      './all.ts',
      './named.ts',
      './type.ts',
      './lazy.ts',
      './inline.ts',
    ]);
  });

  it('follow the layer table', () => {
    expect(imports.length).toBeGreaterThan(200);
    expect(violationsOf(imports)).toEqual([]);
  });

  it('would be caught going up or aside', () => {
    const wrong = [
      outside('src/contract/errors.ts', 'node:fs'),
      own('src/contract/errors.ts', 'src/main/core/shared/never.ts'),
      outside('src/main/core/jobs/jobs.ts', 'node:timers'),
      outside('src/main/core/jobs/jobs.ts', 'ws'),
      own('src/main/core/jobs/jobs.ts', 'src/main/platform/net/port-probe.ts'),
      own('src/main/platform/net/port-probe.ts', 'src/main/core/jobs/jobs.ts'),
      own('src/main/transport/session.ts', 'src/main/core/ports/logger.ts'),
      own('src/main/gateway/routes/prompt.ts', 'src/main/transport/session.ts'),
      outside('src/main/studio/studio.ts', 'electron'),
      own('src/main/headless/options.ts', 'src/main/core/ports/logger.ts'),
      own('src/main/desktop/desktop.ts', 'src/main/transport/session.ts'),
      outside('src/preload/index.ts', 'zod'),
      own('src/preload/index.ts', 'src/contract/errors.ts'),
      own('src/renderer/shell/shell.tsx', 'src/main/core/shared/never.ts'),
      outside('src/renderer/shell/shell.tsx', 'electron'),
      own('src/sandbox/server.ts', 'src/contract/errors.ts'),
      own('src/newcomer/file.ts', 'src/contract/errors.ts'),
    ];
    expect(violationsOf(wrong)).toHaveLength(wrong.length);
    const right = [
      own('src/main/studio/studio.ts', 'src/main/gateway/routes/prompt.ts'),
      outside('src/renderer/shell/shell.tsx', '@mantine/core/styles.css'),
      outside('src/main/transport/http-server.ts', 'node:http'),
      own('src/preload/index.ts', 'src/contract/wire-constants.ts'),
    ];
    expect(violationsOf(right)).toEqual([]);
  });

  it('form no ring of layers', () => {
    expect(layerCycle(imports)).toBeNull();
  });

  it('would be caught forming one', () => {
    const ring = [
      own('src/main/core/a.ts', 'src/main/platform/b.ts'),
      own('src/main/platform/b.ts', 'src/main/transport/c.ts'),
      own('src/main/transport/c.ts', 'src/main/core/a.ts'),
      own('src/contract/d.ts', 'src/contract/e.ts'),
    ];
    expect(layerCycle(ring)).toEqual(['src/main/core/', 'src/main/platform/', 'src/main/transport/', 'src/main/core/']);
  });
});

describe('files', () => {
  it('belong to a layer each', () => {
    expect(sourceFiles().filter((file) => layerOf(file) === undefined)).toEqual([]);
  });

  it('stand in folders that are topics, not kinds', () => {
    const kinds = new Set(['utils', 'util', 'helpers', 'helper', 'services', 'managers', 'lib', 'common', 'misc']);
    const folders = ['src', 'test', 'scripts', 'e2e', 'bench'].flatMap((top) =>
      readdirSync(join(root, top), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name)),
    );
    expect(folders.length).toBeGreaterThan(20);
    expect(folders.filter((folder) => kinds.has(folder.split(/[/\\]/).at(-1) ?? ''))).toEqual([]);
  });

  it('hold no state of their own', () => {
    expect(
      moduleVariablesOf('x.ts', 'let a = 1; export let b; var c; const d = 1; { let e; } declare let f: 1;'),
    ).toEqual(['a', 'b', 'c']);
    const variables = sourceFiles().flatMap((file) =>
      moduleVariablesOf(file, readFileSync(join(root, file), 'utf8')).map((name) => `${file}: ${name}`),
    );
    expect(variables).toEqual([]);
  });
});

describe('importing a module', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atelier-import-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What the files leave open; the program must also end by itself, or this rejects. */
  const openedBy = async (files: readonly string[]): Promise<unknown> => {
    const program = join(root, 'test', 'layers', 'opened-handles.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...files], {
      cwd: root,
      timeout: 60_000,
      maxBuffer: 1024 ** 2,
    });
    return JSON.parse(stdout);
  };

  it('opens nothing and registers nothing', { timeout: 90_000 }, async () => {
    const neutral = /^src\/(?:contract|main\/(?:core|platform|transport|gateway|studio|headless))\//;
    const files = sourceFiles().filter((file) => neutral.test(file));
    expect(files.length).toBeGreaterThan(100);
    expect(await openedBy(files.map((file) => join(root, file)))).toEqual({});
  });

  it('would be caught opening something', { timeout: 30_000 }, async () => {
    const timer = join(folder, 'timer.mjs');
    const listener = join(folder, 'listener.mjs');
    const clean = join(folder, 'clean.mjs');
    writeFileSync(timer, 'setTimeout(() => undefined, 500);');
    writeFileSync(listener, "process.on('SIGUSR2', () => undefined);");
    writeFileSync(clean, 'export const start = () => setInterval(() => undefined, 1000);');
    expect(await openedBy([clean, timer, listener])).toEqual({
      [timer]: ['Timeout'],
      [listener]: ['process.on SIGUSR2'],
    });
  });
});
