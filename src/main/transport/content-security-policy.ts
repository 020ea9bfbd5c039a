/**
 * What the pages of the studio may load and do, the same for the HTTP server and the desktop's page protocol. `'self'`
 * covers the websocket of the same address too. Mantine writes style elements, so inline styles are allowed; inline
 * scripts never are.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  // The page of /frames/…, which may hold the one page of ComfyUI that it names and nothing else.
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers of every answer, whatever it is. */
export const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=()',
} as const;

/**
 * Headers of a page that holds one page of ComfyUI: only our own pages may frame it, and it may frame only that address. What a page of
 * the studio may frame is settled when it loads; instances come and go later.
 */
export const frameHeaders = (origin: string): Record<string, string> => ({
  ...securityHeaders,
  'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; frame-src ${origin}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`,
  'x-frame-options': 'SAMEORIGIN',
});

/**
 * Outputs are made by workflows and custom nodes, so they count as hostile: a document among them gets no scripts, no
 * origin and no network, and a script among them is no script (with nosniff a browser runs none of type text/plain).
 */
export const contentHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> => {
  const safe: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) safe[name.toLowerCase()] = value;
  const type = safe['content-type'] ?? 'application/octet-stream';
  safe['content-type'] = /(?:java|ecma|live)script|wasm|css/i.test(type) ? 'text/plain; charset=utf-8' : type;
  return {
    ...safe,
    ...securityHeaders,
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox",
  };
};
