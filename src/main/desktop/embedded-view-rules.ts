import type { WebContentsViewConstructorOptions } from 'electron';
import type { NavigationDecision } from './navigation.ts';

/** Options of a view with a page of ComfyUI, whose custom nodes bring JavaScript of strangers: it gets nothing of the program. */
export const embeddedViewOptions = (key: string): WebContentsViewConstructorOptions => ({
  webPreferences: {
    // Cookies and storage of its own; `persist:` keeps what ComfyUI keeps in the browser over a restart.
    partition: `persist:comfyui-${key}`,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
  },
});

/** What becomes of an address that a page of ComfyUI wants to go to: its own origin stays, the web opens outside. */
export const decideViewNavigation = (address: string, home: string): NavigationDecision => {
  if (!URL.canParse(address)) return 'refuse';
  const url = new URL(address);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'refuse';
  return url.origin === new URL(home).origin ? 'stay' : 'open-outside';
};
