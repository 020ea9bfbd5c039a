import { isSecretName } from '../instances/configuration/mask-secrets.ts';

/** What stands where something was taken out. */
export const redacted = '[redacted]';
const person = '[user]';

/** What is known to be private on this machine, beside what can be told by its form. */
export interface PrivateFacts {
  /** Tokens and passwords by value. */
  readonly secrets: readonly string[];
  /** Log-in names of people, as they stand in paths. */
  readonly userNames: readonly string[];
  /** Names of machines that tell who owns them. */
  readonly machineNames: readonly string[];
}

export interface Redacted {
  readonly text: string;
  readonly count: number;
}

/** Short or everyday words would be taken out of sentences that have nothing to do with anybody. */
const everyday = new Set([
  'root',
  'user',
  'admin',
  'home',
  'test',
  'comfy',
  'comfyui',
  'ubuntu',
  'debian',
  'node',
  'runner',
]);
const shortestSecret = 4;
const shortestName = 3;

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);

/** A secret also stands percent-encoded in addresses, base64-encoded in headers and escaped in JSON. */
const spellingsOf = (secret: string): readonly string[] => [
  ...new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]),
];

const credentialKeys =
  'token|secret|passw(?:or)?d|passphrase|authorization|credentials?|cookie|session[-_]?id|(?:api|access|private|client)[-_]?key';
const value = String.raw`(?!\[redacted\]|(?:bearer|basic)\b)[^\s&"',;}\\\])]{3,2000}`;

/**
 * What is private whatever it stands in; the groups are kept, the rest is taken out. Every repetition has a limit, so that no line,
 * however it was made, takes longer than its length.
 */
const forms: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN ([A-Z ]{0,30})PRIVATE KEY-----[\s\S]*?(?:-----END \1PRIVATE KEY-----|$)/g, redacted],
  [/\b(bearer|basic|digest)(\s{1,4})[\w.~+/=-]{6,4000}/gi, `$1$2${redacted}`],
  // A word alone may follow `token` in a sentence; what has a digit in it is no word.
  [/\b(token)(\s{1,4})(?=[\w.~+/=-]{0,200}\d)[\w.~+/=-]{6,4000}/gi, `$1$2${redacted}`],
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^/\s@"'<>]{1,500}@/gi, `$1${redacted}@`],
  [/\beyJ[\w-]{6,4000}\.[\w-]{6,8000}\.[\w-]{0,4000}/g, redacted],
  [
    /\b(hf_|sk-|rk-|pk-|comfyui-|ghp_|gho_|ghs_|github_pat_|glpat-|xox[abpr]-|AKIA|AIza|ya29\.)[A-Za-z0-9_-]{12,500}/g,
    `$1${redacted}`,
  ],
  [
    new RegExp(String.raw`((?:${credentialKeys})[\w-]{0,40}[\\"']{0,3}\s{0,4}[=:]\s{0,4}[\\"']{0,3})${value}`, 'gi'),
    `$1${redacted}`,
  ],
  [
    new RegExp(String.raw`(--[\w-]{0,40}(?:${credentialKeys})[\w-]{0,20}\s{1,4}["']?)(?!--)${value}`, 'gi'),
    `$1${redacted}`,
  ],
  [new RegExp(String.raw`\b(passw(?:or)?d\s{1,4}["']?)${value}`, 'gi'), `$1${redacted}`],
  [/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,6}\.[a-z]{2,24}\b/gi, '[e-mail]'],
];

/** The part of a path that names a person: /home/mara, /Users/mara, C:\Users\mara, also escaped, encoded and mounted. */
const homes: readonly RegExp[] = [
  /((?:\/|%2F)(?:home|Users)(?:\/|%2F))([^/\\\s"'<>:%]{1,100})/gi,
  /([A-Za-z](?::|%3A)(?:\\\\|\\|\/|%5C)(?:Users|Documents and Settings)(?:\\\\|\\|\/|%5C))([^/\\"'<>:%\r\n]{1,100}?)(?=\\|\/|%5C|["'<>:\r\n]|\s|$)/gi,
  /(\/(?:run\/user|media|run\/media)\/)([^/\s"'<>:]{1,100})/gi,
];

const isShared = (name: string): boolean => /^(?:public|shared|default|all users|\[user\])$/i.test(name);

/** A text that may leave the machine: without secrets, tokens, mail addresses and names of people in paths. Runs twice unchanged. */
export const redactText = (text: string, facts: PrivateFacts): Redacted => {
  let count = 0;
  const apply = (from: string, pattern: RegExp, replacement: (match: string, ...groups: string[]) => string): string =>
    from.replaceAll(pattern, (match: string, ...groups: string[]) => {
      const next = replacement(match, ...groups);
      if (next !== match) count += 1;
      return next;
    });
  let rest = text;
  const secrets = facts.secrets
    .filter((secret) => secret.length >= shortestSecret)
    .toSorted((a, b) => b.length - a.length);
  for (const spelling of secrets.flatMap(spellingsOf))
    rest = apply(rest, new RegExp(escaped(spelling), 'g'), () => redacted);
  for (const [pattern, template] of forms) {
    rest = apply(rest, pattern, (_match, ...groups) =>
      template.replaceAll(/\$(\d)/g, (_sign, number: string) => groups[Number(number) - 1] ?? ''),
    );
  }
  for (const pattern of homes) {
    rest = apply(rest, pattern, (match, folder = '', name = '') => (isShared(name) ? match : `${folder}${person}`));
  }
  const isName = (name: string): boolean => name.length >= shortestName && !everyday.has(name.toLowerCase());
  const boundary = (word: string): RegExp =>
    new RegExp(`(?<![\\p{L}\\p{N}_])${escaped(word)}(?![\\p{L}\\p{N}_])`, 'giu');
  for (const name of facts.machineNames.filter(isName)) rest = apply(rest, boundary(name), () => '[machine]');
  for (const name of facts.userNames.filter(isName)) rest = apply(rest, boundary(name), () => person);
  return { text: rest, count };
};

const longestText = 100_000;

/** A value as JSON may tell it: what stands under a name that says it is a secret is taken out, texts are redacted. */
export const redactValue = (value: unknown, name = ''): unknown => {
  if (typeof value === 'string') {
    return value !== '' && isSecretName(name) ? redacted : value.slice(0, longestText);
  }
  if (Array.isArray(value)) {
    return value.map((each: unknown, index) => {
      const previous: unknown = value[index - 1];
      // `--api-key`, `abc` are two entries of one list of arguments.
      return redactValue(each, typeof previous === 'string' && previous.startsWith('--') ? previous : '');
    });
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, redactValue(each, key)]));
};
