import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { parseSync, Visitor } from 'vite';

/** One import of one file, by whatever syntax; types count. */
export interface SourceImport {
  /** Path from the root of the repository, with `/`. */
  readonly file: string;
  readonly specifier: string;
  /** Path of the imported file of ours; null for a package or a part of Node. */
  readonly target: string | null;
}

/** Every specifier that a file names: imports, re-exports, dynamic imports and import types. */
export const specifiersOf = (file: string, text: string): readonly string[] => {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message ?? 'cannot be parsed'}`);
  const specifiers: string[] = [];
  new Visitor({
    ImportDeclaration: ({ source }) => specifiers.push(source.value),
    ExportAllDeclaration: ({ source }) => specifiers.push(source.value),
    ExportNamedDeclaration: ({ source }) => {
      if (source !== null) specifiers.push(source.value);
    },
    ImportExpression: ({ source }) => {
      if (source.type === 'Literal' && typeof source.value === 'string') specifiers.push(source.value);
    },
    TSImportType: ({ source }) => specifiers.push(source.value),
  }).visit(program);
  return specifiers;
};

/** Names that a module declares with `let` or `var` outside of every function: state that all importers share. */
export const moduleVariablesOf = (file: string, text: string): readonly string[] => {
  const names: string[] = [];
  for (const statement of parseSync(file, text).program.body) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declaration?.type !== 'VariableDeclaration' || declaration.kind === 'const' || declaration.declare) continue;
    for (const { id } of declaration.declarations) names.push(id.type === 'Identifier' ? id.name : id.type);
  }
  return names;
};

export const root = join(import.meta.dirname, '..', '..');

/** The aliases of package.json: `#contract/*` to `./src/contract/*`. */
const aliases: readonly (readonly [string, string])[] = [
  ['#comfyui/', 'src/comfyui/'],
  ['#contract/', 'src/contract/'],
  ['#core/', 'src/main/core/'],
  ['#main/', 'src/main/'],
  ['#sandbox/', 'src/sandbox/'],
];

const resolveOwn = (file: string, specifier: string): string | null => {
  if (specifier.startsWith('.')) return join(dirname(file), specifier).split(sep).join('/');
  const alias = aliases.find(([prefix]) => specifier.startsWith(prefix));
  return alias === undefined ? null : `${alias[1]}${specifier.slice(alias[0].length)}`;
};

/** Every TypeScript file of the product, without tests, by path from the root. */
export const sourceFiles = (): readonly string[] =>
  readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.(?:test|fixture)\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();

/** Every import of every file of the product. */
export const sourceImports = (): readonly SourceImport[] =>
  sourceFiles().flatMap((file) =>
    specifiersOf(file, readFileSync(join(root, file), 'utf8')).map((specifier) => ({
      file,
      specifier,
      target: resolveOwn(file, specifier),
    })),
  );
