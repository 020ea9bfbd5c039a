import { homedir } from 'node:os';
import { dirname, isAbsolute, join, normalize, resolve } from 'node:path';
import type { ExtraPlace } from './model-folders.ts';

interface YamlSection {
  readonly name: string;
  readonly entries: ReadonlyMap<string, string>;
}

const withoutComment = (text: string): string => {
  const trimmed = text.trim();
  if (trimmed.startsWith('#')) return '';
  const comment = trimmed.search(/\s#/);
  return (comment >= 0 ? trimmed.slice(0, comment) : trimmed).trim();
};

const unquoted = (text: string): string => {
  const quote = text[0];
  if (text.length >= 2 && (quote === '"' || quote === "'") && text.endsWith(quote)) return text.slice(1, -1);
  return text;
};

const indentOf = (line: string): number => line.length - line.trimStart().length;

/** The lines of a block scalar (`key: |`): everything that is indented deeper than the key. */
const blockLines = (lines: readonly string[], start: number, keyIndent: number): string[] => {
  const block: string[] = [];
  for (const line of lines.slice(start)) {
    if (line.trim() === '') continue;
    if (indentOf(line) <= keyIndent) break;
    block.push(line.trim());
  }
  return block;
};

/**
 * Reads the small part of YAML that extra_model_paths.yaml uses: sections with one level of keys, plain and quoted
 * values, comments, block scalars (`|` and `>`). Anything else is skipped.
 */
export const parseModelPathsYaml = (text: string): readonly YamlSection[] => {
  const sections: { name: string; entries: Map<string, string> }[] = [];
  const lines = text.split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    const content = withoutComment(line);
    const colon = content.indexOf(':');
    if (content === '' || colon < 0) continue;
    const key = unquoted(content.slice(0, colon).trim());
    const rest = content.slice(colon + 1).trim();
    if (indentOf(line) === 0) {
      sections.push({ name: key, entries: new Map() });
      continue;
    }
    const value = /^[|>][+-]?$/.test(rest) ? blockLines(lines, index + 1, indentOf(line)).join('\n') : unquoted(rest);
    const section = sections.at(-1);
    // A line of a block scalar may look like a key ("C: drive"); the keys of its section are indented less.
    if (section !== undefined && !section.entries.has(key)) section.entries.set(key, value);
  }
  return sections;
};

const expanded = (path: string, environment: Readonly<Record<string, string | undefined>>): string => {
  const home = path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
  return home.replace(/\$(?:\{(\w+)\}|(\w+))/g, (match, braced?: string, plain?: string) => {
    return environment[braced ?? plain ?? ''] ?? match;
  });
};

const placesOf = (
  section: YamlSection,
  yamlFolder: string,
  environment: Readonly<Record<string, string | undefined>>,
): ExtraPlace[] => {
  const given = section.entries.get('base_path');
  const base = given === undefined ? null : resolve(yamlFolder, expanded(given, environment));
  const first = /^(true|yes|on|1)$/i.test(section.entries.get('is_default') ?? '');
  const places: ExtraPlace[] = [];
  for (const [folder, value] of section.entries) {
    if (folder === 'base_path' || folder === 'is_default') continue;
    for (const line of value.split('\n')) {
      const path = line.trim();
      if (path === '') continue;
      const full = base !== null ? join(base, path) : isAbsolute(path) ? path : resolve(yamlFolder, path);
      places.push({ folder, path: normalize(full).replace(/(.)\/$/, '$1'), first });
    }
  }
  return places;
};

/** The extra places that one YAML file names (comfyui-protocol.md 1.2); relative ones count from the file's folder. */
export const extraPlacesOf = (
  yamlText: string,
  yamlPath: string,
  environment: Readonly<Record<string, string | undefined>>,
): readonly ExtraPlace[] =>
  parseModelPathsYaml(yamlText).flatMap((section) => placesOf(section, dirname(resolve(yamlPath)), environment));
