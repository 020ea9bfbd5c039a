import { wireConstants } from '#contract/wire-constants.ts';

/** What becomes of an address that a page wants to go to. */
export type NavigationDecision = 'stay' | 'open-outside' | 'refuse';

/** Node's URL gives custom schemes the origin "null", so scheme and host are compared. */
const isStudioPage = (url: URL): boolean => `${url.protocol}//${url.host}` === wireConstants.desktopOrigin;

/** Our own pages stay, web pages open in the user's browser, everything else (file:, javascript:, data:, ...) is refused. */
export const decideNavigation = (address: string): NavigationDecision => {
  if (!URL.canParse(address)) return 'refuse';
  const url = new URL(address);
  if (isStudioPage(url)) return 'stay';
  return url.protocol === 'https:' || url.protocol === 'http:' ? 'open-outside' : 'refuse';
};

/** Whether a frame with this address may speak to the main process. */
export const mayUseWire = (frame: { url: string; isMainFrame: boolean }): boolean =>
  frame.isMainFrame && decideNavigation(frame.url) === 'stay';
