import { expect, it } from 'vitest';
import { sourceImports } from './layers/source-imports.ts';

/** Every file and package that an entry pulls in, types too. */
const reachedFrom = (entry: string): { files: string[]; packages: string[] } => {
  const imports = sourceImports();
  const files = new Set([entry]);
  const packages = new Set<string>();
  // A set hands out what is added to it during the walk too.
  for (const file of files) {
    for (const { target, specifier } of imports.filter((one) => one.file === file)) {
      if (target === null) packages.add(specifier);
      else files.add(target);
    }
  }
  return { files: [...files].sort(), packages: [...packages].sort() };
};

it('a sandboxed preload pulls in electron and the wire constants alone', () => {
  expect(reachedFrom('src/preload/index.ts')).toEqual({
    files: ['src/contract/wire-constants.ts', 'src/preload/index.ts'],
    packages: ['electron'],
  });
});

it('would see what an import of an import pulls in', () => {
  const { files, packages } = reachedFrom('src/main/desktop/desktop.ts');
  expect(files).toContain('src/contract/errors.ts');
  expect(packages).toEqual(expect.arrayContaining(['electron', 'zod', 'node:path']));
});
