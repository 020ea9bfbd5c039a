import type { FastifyInstance } from 'fastify';
import { StudioError } from '#contract/errors.ts';
import { frameHeaders } from '../content-security-policy.ts';

/** The address of the page of a target, for a browser that came to this host name; null for an unknown target. */
export type FrameAddress = (target: string, hostName: string) => string | null;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** What a page of ComfyUI may do in its frame: all that it needs, but never leave it. */
const allowed = [
  'allow-scripts',
  'allow-same-origin',
  'allow-forms',
  'allow-modals',
  'allow-downloads',
  'allow-popups',
  'allow-popups-to-escape-sandbox',
].join(' ');

/** A page without any script of its own that holds one page of ComfyUI. */
const framePage = (address: string, isolated: boolean): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>ComfyUI</title>
<style>html,body,iframe{margin:0;border:0;width:100%;height:100%;display:block;overflow:hidden}</style>
</head>
<body>
<iframe src="${escaped(address)}" title="ComfyUI" sandbox="${allowed}" allow="clipboard-read; clipboard-write; fullscreen" referrerpolicy="no-referrer"${isolated ? ' credentialless' : ''}></iframe>
</body>
</html>
`;

const hostNameOf = (host: string | undefined): string => {
  const address = `http://${host ?? ''}`;
  return URL.canParse(address) ? new URL(address).hostname : '';
};

/**
 * `/frames/<target>`: the studio's pages frame these, and these frame exactly one address that the studio knows. Cookies know no ports:
 * where the studio gives one, `isolated` keeps all cookies out of the frame.
 */
export const addFrameRoutes = (app: FastifyInstance, addressOf: FrameAddress, isolated: boolean): void => {
  app.get<{ Params: { target: string } }>('/frames/:target', (request, reply) => {
    const address = addressOf(request.params.target, hostNameOf(request.headers.host));
    if (address === null) throw new StudioError('INSTANCE_NOT_FOUND');
    return reply
      .headers(frameHeaders(new URL(address).origin))
      .header('content-type', 'text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(framePage(address, isolated));
  });
};
