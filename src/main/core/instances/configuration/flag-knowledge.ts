/** How many values a flag takes: none, at most one, exactly one, or a list. */
export type FlagValues = 'none' | 'optional' | 'one' | 'many';

export interface KnownFlag {
  /** The long name, with its dashes. */
  readonly name: string;
  readonly values: FlagValues;
  /** What the help calls the value; empty where there is none. */
  readonly valueName: string;
  /** The values that are allowed, or null where any is. */
  readonly choices: readonly string[] | null;
  /** Flags with the same group number exclude each other; null = combines with all. */
  readonly group: number | null;
}

/** The flags that one ComfyUI knows. Versions differ (comfyui-protocol.md 10), so they are learned and never assumed. */
export interface FlagKnowledge {
  readonly flags: ReadonlyMap<string, KnownFlag>;
  /** What the help says of a flag; one that it only names in its usage is not there. */
  readonly explanations: ReadonlyMap<string, string>;
}

const ansi = new RegExp(`${String.fromCodePoint(27)}\\[[0-9;]*[A-Za-z]`, 'g');

/** Cuts the text after "usage:" up to the first empty line into the parts between its outer brackets. */
const usageParts = (help: string): readonly string[] => {
  const usage = /usage:([\s\S]*?)(?:\n\s*\n|$)/i.exec(help)?.[1] ?? '';
  const text = usage.replace(/\s+/g, ' ');
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let position = 0; position < text.length; position += 1) {
    const character = text[position];
    if (character === '[') {
      if (depth === 0) start = position + 1;
      depth += 1;
    } else if (character === ']') {
      depth -= 1;
      if (depth === 0) parts.push(text.slice(start, position));
    }
  }
  return parts;
};

const valuesOf = (rest: string): FlagValues => {
  if (rest === '') return 'none';
  if (rest.includes('...')) return 'many';
  return rest.startsWith('[') ? 'optional' : 'one';
};

/**
 * argparse writes choices as `{a,b}`. ComfyUI writes those of its enumerations as `[a,b]`, which looks optional but is one value;
 * a list with a comma tells it from a real optional one.
 */
const enumeration = /^\[([\w.-]+(?:,[\w.-]+)+)\]$/;

const parseFlag = (text: string, group: number | null): KnownFlag | null => {
  const match = /^(--?[A-Za-z][\w-]*)\s*(.*)$/.exec(text.trim());
  const name = match?.[1];
  if (name === undefined) return null;
  const rest = (match?.[2] ?? '').trim();
  const listed = enumeration.exec(rest)?.[1];
  if (listed !== undefined) return { name, values: 'one', valueName: '', choices: listed.split(','), group };
  const choices = /^\[?\{([^}]*)\}/.exec(rest)?.[1]?.split(',') ?? null;
  const valueName = choices === null ? (/[A-Za-z][\w-]*/.exec(rest)?.[0] ?? '') : '';
  return { name, values: valuesOf(rest), valueName, choices, group };
};

/** `a | b` at the outer level of a part are alternatives of one exclusive group. */
const alternatives = (part: string): readonly string[] => part.split(/ \| (?![^[]*\])/);

/** `  -h, --help  show this` and `  --front-end-version X` in the list below the usage. */
const listedFlags = (help: string): readonly KnownFlag[] =>
  help.split('\n').flatMap((line) => {
    const head = /^ {1,4}((?:-\w,? (?:\S+, )?)?--[A-Za-z].*?)(?: {2,}.*)?$/.exec(line)?.[1];
    if (head === undefined) return [];
    const flag = parseFlag(head.replace(/^.*?(?=--)/, ''), null);
    return flag === null ? [] : [flag];
  });

const longestExplanation = 1000;

/** Joins the explanation that follows each flag of the list, whether on its line or, indented, on the next ones. */
const explanationsOf = (help: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  let current: string | null = null;
  for (const line of help.split('\n')) {
    const head = /^ {1,4}(-\S.*?)(?: {2,}(\S.*))?$/.exec(line);
    const name = head?.[1] === undefined ? undefined : /(?:^|\s)(--[A-Za-z][\w-]*)/.exec(head[1])?.[1];
    if (name !== undefined) {
      current = name;
      found.set(name, head?.[2]?.trim() ?? '');
    } else if (current !== null && /^ {6,}\S/.test(line)) {
      found.set(current, `${found.get(current) ?? ''} ${line.trim()}`.trim().slice(0, longestExplanation));
    } else current = null;
  }
  return found;
};

/**
 * Reads what `main.py --help` prints (Python argparse). Null when the text holds no usage: then nothing is known. Flags named inside
 * descriptions are not taken for flags.
 */
export const parseFlagKnowledge = (helpText: string): FlagKnowledge | null => {
  const help = helpText.replace(ansi, '');
  const flags = new Map<string, KnownFlag>();
  for (const [index, part] of usageParts(help).entries()) {
    const options = alternatives(part);
    for (const option of options) {
      const flag = parseFlag(option, options.length > 1 ? index : null);
      if (flag !== null) flags.set(flag.name, flag);
    }
  }
  if (flags.size === 0) return null;
  for (const flag of listedFlags(help)) if (!flags.has(flag.name)) flags.set(flag.name, flag);
  return { flags, explanations: explanationsOf(help) };
};

/**
 * The flag that a token names, `--flag=value` and unambiguous abbreviations included, as argparse takes them. Null when there is none
 * or several begin so.
 */
export const findFlag = (knowledge: FlagKnowledge, token: string): KnownFlag | null => {
  const name = token.split('=', 1)[0] ?? token;
  const exact = knowledge.flags.get(name);
  if (exact !== undefined) return exact;
  if (!name.startsWith('--') || name.length < 3) return null;
  const starting = [...knowledge.flags.values()].filter((flag) => flag.name.startsWith(name));
  return starting.length === 1 ? (starting[0] ?? null) : null;
};
