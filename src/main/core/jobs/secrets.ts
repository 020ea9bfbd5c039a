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
