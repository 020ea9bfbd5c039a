export const redacted = '[redacted]';

const secretName = /token|secret|passw(or)?d|passphrase|authorization|cookie|credential|(api|access|private)[-_]?key/i;

/** Whether the name of a field says that its value is a secret. */
export const isSecretName = (name: string): boolean => secretName.test(name);

const patterns: readonly (readonly [RegExp, string])[] = [
  // Authorization: Bearer …, Basic …
  [/\b(bearer|basic)\s+[\w.~+/=-]{4,}/gi, `$1 ${redacted}`],
  // https://user:password@host
  [/(\/\/[^\s/:@]*:)[^\s/@]+@/g, `$1${redacted}@`],
  // ?token=…, api_key: "…", --password …
  [
    /((?:token|secret|passw(?:or)?d|authorization|(?:api|access|private)[-_]?key)["']?(?:\s*[=:]\s*|\s+)["']?)(?!\[redacted\]|bearer\b|basic\b)[^\s&"',;}]{3,}/gi,
    `$1${redacted}`,
  ],
  // Keys that can be told by their form: Hugging Face, OpenAI and comfy.org, GitHub, Civitai has none.
  [/\b(hf_|sk-|comfyui-|ghp_|github_pat_)[A-Za-z0-9_-]{16,}/g, `$1${redacted}`],
];

/** A text without the secrets in it: those that are known by value, and those that can be told by their form. */
export const redactText = (text: string, knownSecrets: readonly string[]): string => {
  const withoutKnown = knownSecrets
    .filter((secret) => secret.length >= 4)
    .reduce((rest, secret) => rest.replaceAll(secret, redacted), text);
  return patterns.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), withoutKnown);
};
