import type { InstanceConfiguration } from '#contract/models/instance.ts';
import type { SecretStore } from '#core/ports/stores.ts';

/** Addresses that mean "everywhere" to a listener are reached over the loopback of the same family. */
const reachableHosts: Readonly<Record<string, string>> = {
  '': '127.0.0.1',
  '0.0.0.0': '127.0.0.1',
  '::': '::1',
};

const urlHost = (host: string): string => {
  const reachable = reachableHosts[host] ?? host;
  return reachable.includes(':') && !reachable.startsWith('[') ? `[${reachable}]` : reachable;
};

export const httpAddress = (host: string, port: number): string => `http://${urlHost(host)}:${port}`;

/** Where an instance is reached: the URL of a remote one, else host and port. No slash at the end. */
export const baseUrlOf = (configuration: Pick<InstanceConfiguration, 'kind' | 'url' | 'host' | 'port'>): string =>
  configuration.kind === 'remote' && configuration.url !== ''
    ? configuration.url.replace(/\/+$/, '')
    : httpAddress(configuration.host, configuration.port);

/** The name that the secret of a remote instance is stored under. */
export const instanceSecretName = (instanceId: string): string => `instance:${instanceId}`;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 of the UTF-8 bytes; the core has neither Buffer nor btoa. */
export const base64 = (text: string): string => {
  const bytes = new TextEncoder().encode(text);
  let encoded = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const [first = 0, second, third] = bytes.slice(index, index + 3);
    const group = (first << 16) | ((second ?? 0) << 8) | (third ?? 0);
    const digits = [18, 12, 6, 0].map((shift) => alphabet.charAt((group >> shift) & 63));
    const used = second === undefined ? 2 : third === undefined ? 3 : 4;
    encoded += digits.slice(0, used).join('').padEnd(4, '=');
  }
  return encoded;
};

/** The Authorization header of an instance; null where it needs none or its secret is missing (it answers 401 then). */
export const authorizationOf = async (
  configuration: Pick<InstanceConfiguration, 'id' | 'kind' | 'authentication'>,
  secrets: SecretStore,
): Promise<string | null> => {
  const { authentication } = configuration;
  if (configuration.kind === 'local' || authentication.type === 'none') return null;
  const secret = await secrets.get(instanceSecretName(configuration.id));
  if (secret === null) return null;
  return authentication.type === 'bearer'
    ? `Bearer ${secret}`
    : `Basic ${base64(`${authentication.username}:${secret}`)}`;
};
