import type { Flag } from './flag.ts';

const lineWidth = 80;

const valuePart = (flag: Flag): string => {
  switch (flag.arity.kind) {
    case 'switch':
      return '';
    case 'one':
      return ` ${flag.metavar}`;
    case 'optional':
      return ` [${flag.metavar}]`;
    case 'any':
      return ` [${flag.metavar} ...]`;
    case 'at-least-one':
      return ` ${flag.metavar} [${flag.metavar} ...]`;
    case 'between':
      return ` [${flag.metavar} ...]`;
  }
};

/** Flags of one exclusive group stand together, joined by bars. */
const usageParts = (flags: readonly Flag[]): string[] => {
  const parts: string[] = [];
  const done = new Set<string>();
  for (const flag of flags) {
    const group = flag.exclusiveGroup;
    if (group === undefined) {
      parts.push(`[${flag.name}${valuePart(flag)}]`);
      continue;
    }
    if (done.has(group)) continue;
    done.add(group);
    const members = flags.filter((other) => other.exclusiveGroup === group);
    parts.push(`[${members.map((member) => `${member.name}${valuePart(member)}`).join(' | ')}]`);
  }
  return parts;
};

/** The usage block, wrapped as ComfyUI's argument parser wraps it. Ends with a line break. */
export const usageText = (flags: readonly Flag[]): string => {
  const indent = ' '.repeat('usage: main.py '.length);
  const lines: string[] = [];
  let line = 'usage: main.py [-h]';
  for (const part of usageParts(flags)) {
    if (line.length + 1 + part.length > lineWidth) {
      lines.push(line);
      line = `${indent}${part}`;
    } else {
      line = `${line} ${part}`;
    }
  }
  return `${[...lines, line].join('\n')}\n`;
};

const wrapped = (text: string, indent: string): string[] => {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line.length > indent.length && line.length + 1 + word.length > lineWidth) {
      lines.push(line);
      line = indent;
    }
    line = line.length === indent.length ? `${line}${word}` : `${line} ${word}`;
  }
  return [...lines, line];
};

/** What `--help` prints on stdout: every flag with its explanation. */
export const helpText = (flags: readonly Flag[]): string => {
  const indent = ' '.repeat(24);
  const rows = flags.flatMap((flag) => {
    const head = `  ${flag.name}${valuePart(flag)}`;
    const text = wrapped(flag.help, indent);
    const [first = '', ...others] = text;
    if (head.length + 2 > indent.length) return [head, ...text];
    return [`${head.padEnd(indent.length)}${first.trimStart()}`, ...others];
  });
  return `${usageText(flags)}\noptions:\n  -h, --help            Show this text and end.\n${rows.join('\n')}\n`;
};
