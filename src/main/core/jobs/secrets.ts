import type { SecretSeal } from '#core/ports/secret-seal.ts';

type Data = Readonly<Record<string, unknown>>;

/** The keys of extra data that ComfyUI keeps to itself, too: what logs a user in at comfy.org (comfyui-protocol.md 4.1). */
const secretKeys: ReadonlySet<string> = new Set(['auth_token_comfy_org', 'api_key_comfy_org']);

/** Extra data without its secrets, and those sealed. STORE_WRITE_FAILED where they cannot be. */
export const splitSecrets = (
  extraData: Data,
  seal: Pick<SecretSeal, 'seal'>,
): { readonly extraData: Data; readonly sealed: Readonly<Record<string, string>> } => {
  const secrets = Object.entries(extraData).filter(([key]) => secretKeys.has(key));
  if (secrets.length === 0) return { extraData, sealed: {} };
  return {
    extraData: Object.fromEntries(Object.entries(extraData).filter(([key]) => !secretKeys.has(key))),
    sealed: Object.fromEntries(secrets.map(([key, value]) => [key, seal.seal(JSON.stringify(value ?? null))])),
  };
};

/** Extra data as the instance gets it; null where a secret cannot be read any more. */
export const joinSecrets = (
  extraData: Data,
  sealed: Readonly<Record<string, string>>,
  seal: Pick<SecretSeal, 'unseal'>,
): Data | null => {
  const joined: Record<string, unknown> = { ...extraData };
  for (const [key, text] of Object.entries(sealed)) {
    const secret = seal.unseal(text);
    if (secret === null) return null;
    joined[key] = JSON.parse(secret);
  }
  return joined;
};

const hiddenText = '[hidden]';
/** A shorter one would also be found where it is none. */
const shortestSecret = 4;
const maxDepth = 64;

/**
 * Takes the secrets of a job out of what an instance told of it, in place and wherever they stand: it tells of all that a node was given
 * when it fails, a key that it asked for included (comfyui-protocol.md 3.4).
 */
export const hideSecrets = (told: unknown, secrets: readonly string[], depth = 0): void => {
  const sought = secrets.filter((secret) => secret.length >= shortestSecret);
  if (sought.length === 0 || typeof told !== 'object' || told === null || depth > maxDepth) return;
  for (const [key, value] of Object.entries(told)) {
    if (typeof value !== 'string') {
      hideSecrets(value, sought, depth + 1);
      continue;
    }
    const shown = sought.reduce((left, secret) => left.replaceAll(secret, hiddenText), value);
    if (shown !== value) Reflect.set(told, key, shown);
  }
};

const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

/** The secrets of a job as plain texts, as far as they can be read. */
export const secretTexts = (
  sealed: Readonly<Record<string, string>>,
  seal: Pick<SecretSeal, 'unseal'>,
): readonly string[] => Object.values(sealed).flatMap((text) => textsIn(JSON.parse(seal.unseal(text) ?? 'null')));
