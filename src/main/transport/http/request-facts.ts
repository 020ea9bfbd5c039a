import type { IncomingMessage } from 'node:http';
import type { RequestFacts } from '../access-guard.ts';
import type { Credentials } from '../access-token.ts';

const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(', ') : value;

/** What the guard looks at, the same for a request and for a websocket upgrade. */
export const requestFacts = ({ method, headers }: IncomingMessage): RequestFacts => ({
  method: method ?? '',
  host: headers.host,
  origin: single(headers.origin),
  referer: headers.referer,
  fetchSite: single(headers['sec-fetch-site']),
  fetchMode: single(headers['sec-fetch-mode']),
  fetchDest: single(headers['sec-fetch-dest']),
});

export const requestCredentials = ({ headers, socket }: IncomingMessage): Credentials => ({
  authorization: headers.authorization,
  cookie: headers.cookie,
  remoteAddress: socket.remoteAddress ?? '',
  port: socket.localPort ?? 0,
});

/** Whether a browser wants a page to show, rather than a part of one or data. */
export const wantsPage = ({ method, headers }: IncomingMessage): boolean => {
  if (method !== 'GET') return false;
  const mode = headers['sec-fetch-mode'];
  return mode === undefined ? (headers.accept ?? '').includes('text/html') : mode === 'navigate';
};
