/** Whether the setting lets pages of this origin use the gateway. */
export const allowsOrigin = (corsOrigin: string, origin: string): boolean => {
  if (corsOrigin === '*') return true;
  if (!URL.canParse(corsOrigin) || !URL.canParse(origin)) return false;
  const allowed = new URL(corsOrigin).origin;
  return allowed !== 'null' && allowed === new URL(origin).origin;
};

/**
 * What ComfyUI adds to its answers under --enable-cors-header (comfyui-protocol.md 2.1). Browsers refuse credentials together with
 * `*` by themselves, so that a remembered login is of no use to a page that only the `*` lets in.
 */
export const corsHeaders = (corsOrigin: string, hasToken: boolean): Readonly<Record<string, string>> =>
  corsOrigin === ''
    ? {}
    : {
        'access-control-allow-origin': corsOrigin,
        'access-control-allow-methods': 'POST, GET, DELETE, PUT, OPTIONS, PATCH',
        'access-control-allow-headers': `Content-Type, Authorization${hasToken ? ', X-API-Key' : ''}`,
        'access-control-allow-credentials': 'true',
      };
