/** Names that both ends of a wire share. Free of imports: the preload script bundles this file and nothing else. */
export const wireConstants = {
  /** The one Electron IPC channel over which the preload hands the renderer's MessagePort to the main process. */
  electronPortChannel: 'atelier:wire',
  /** `window.postMessage` type with which the preload gives the page its end of the port. */
  pagePortMessage: 'atelier:port',
  /** Path of the websocket wire on the studio server. */
  webSocketPath: '/api/wire',
  /** Prefix of the plain HTTP form of a call: `POST /api/<area>/<verb>`. */
  callPathPrefix: '/api/',
  /** Prefix of the binary routes (outputs, previews, uploads). */
  contentPathPrefix: '/content/',
  /** Origin of the studio's own pages in the desktop program. */
  desktopOrigin: 'atelier://app',
} as const;
