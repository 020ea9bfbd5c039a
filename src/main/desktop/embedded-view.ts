import { type BrowserWindow, shell, WebContentsView } from 'electron';
import type { ViewerBounds } from '#contract/models/viewer.ts';
import type { EmbeddedView } from '../studio/studio.ts';
import { decideViewNavigation, embeddedViewOptions } from './embedded-view-rules.ts';

/** Views that are kept with what was done in them; the one that was shown longest ago goes first. */
const keptViews = 6;

interface OpenView {
  readonly view: WebContentsView;
  readonly address: string;
}

const warn = (error: unknown): void => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
};

const openOutside = (address: string): void => {
  shell.openExternal(address).catch(warn);
};

/** One page of ComfyUI: no preload, a partition of its own, and no way out of its origin. */
const openView = (key: string, address: string): OpenView => {
  const view = new WebContentsView(embeddedViewOptions(key));
  const { webContents } = view;
  const contain = (event: { readonly url: string; preventDefault(): void }): void => {
    const decision = decideViewNavigation(event.url, address);
    if (decision === 'stay') return;
    event.preventDefault();
    if (decision === 'open-outside') openOutside(event.url);
  };
  webContents.on('will-navigate', contain);
  webContents.on('will-redirect', contain);
  webContents.setWindowOpenHandler(({ url }) => {
    if (decideViewNavigation(url, address) !== 'refuse') openOutside(url);
    return { action: 'deny' };
  });
  const mayUse = (permission: string): boolean =>
    permission === 'clipboard-sanitized-write' || permission === 'clipboard-read' || permission === 'fullscreen';
  webContents.session.setPermissionRequestHandler((_contents, permission, answer) => answer(mayUse(permission)));
  webContents.session.setPermissionCheckHandler((_contents, permission) => mayUse(permission));
  webContents.loadURL(address).catch(warn);
  return { view, address };
};

/** Pages of ComfyUI inside the studio's window, above its own page. */
export const createEmbeddedView = (window: () => BrowserWindow | null): EmbeddedView & { close(): void } => {
  // By key, the one that was shown last at the end.
  const views = new Map<string, OpenView>();
  let shownKey: string | null = null;

  const close = (key: string): void => {
    const open = views.get(key);
    if (open === undefined) return;
    views.delete(key);
    window()?.contentView.removeChildView(open.view);
    open.view.webContents.close();
  };
  const hide = (): void => {
    const shown = shownKey === null ? undefined : views.get(shownKey);
    shown?.view.setVisible(false);
    shownKey = null;
  };
  const take = (key: string, address: string): OpenView => {
    const known = views.get(key);
    if (known !== undefined && known.address !== address) close(key);
    const open = views.get(key) ?? openView(key, address);
    if (!views.has(key)) window()?.contentView.addChildView(open.view);
    views.delete(key);
    views.set(key, open);
    return open;
  };

  return {
    show: ({ key, address }, bounds: ViewerBounds) => {
      if (shownKey !== key) hide();
      const { view } = take(key, address);
      const { x, y, width, height } = bounds;
      view.setBounds({ x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) });
      view.setVisible(true);
      shownKey = key;
      for (const old of [...views.keys()].slice(0, -keptViews)) close(old);
    },
    reload: () => {
      const shown = shownKey === null ? undefined : views.get(shownKey);
      // Not reload(): a page that failed to load would load its error again.
      shown?.view.webContents.loadURL(shown.address).catch(warn);
    },
    hide,
    close: () => {
      for (const key of views.keys()) close(key);
      shownKey = null;
    },
  };
};
