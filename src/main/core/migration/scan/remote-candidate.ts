import type { MigrationCandidate } from '#contract/models/migration.ts';
import { parseRemoteUrl } from '../../instances/configuration/remote-address.ts';
import { emptyCandidate } from './scan-context.ts';

/** A login that stands in an address (`https://user:password@host`), taken out of it. */
export const splitLogin = (address: string): { url: string; username: string; password: string } => {
  const full = /^[a-z][a-z0-9+.-]*:\/\//iu.test(address.trim()) ? address.trim() : `http://${address.trim()}`;
  if (!URL.canParse(full)) return { url: address.trim(), username: '', password: '' };
  const url = new URL(full);
  const decode = (text: string): string => {
    try {
      return decodeURIComponent(text);
    } catch (error) {
      if (error instanceof URIError) return text;
      throw error;
    }
  };
  const login = { username: decode(url.username), password: decode(url.password) };
  if (login.username === '' && login.password === '') return { url: full, ...login };
  url.username = '';
  url.password = '';
  return { url: url.href, ...login };
};

/** A server that is reached by its address only. An address that is none is kept as it is, so that a person sees it. */
export const remoteCandidate = (key: string, name: string, address: string): MigrationCandidate => {
  const { url, username } = splitLogin(address);
  const parsed = parseRemoteUrl(url);
  return {
    ...emptyCandidate(key || 'server', name),
    url: (parsed.ok ? parsed.baseUrl : url).slice(0, 2000),
    host: parsed.ok ? parsed.host : '',
    port: parsed.ok ? parsed.port : null,
    ...(username === '' ? {} : { authentication: { type: 'basic', username: username.slice(0, 200) } as const }),
  };
};
