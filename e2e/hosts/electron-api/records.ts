/** What the program asked its host for, in order: a journey looks here for everything that leaves the page. */
export type DesktopRecord =
  | { readonly kind: 'choose-folder'; readonly title: string | undefined }
  | { readonly kind: 'error-box'; readonly title: string; readonly content: string }
  | { readonly kind: 'open-external'; readonly url: string }
  | { readonly kind: 'open-path'; readonly path: string }
  | { readonly kind: 'menu'; readonly shown: boolean }
  | { readonly kind: 'permission'; readonly name: string; readonly granted: boolean }
  | { readonly kind: 'navigation'; readonly url: string; readonly prevented: boolean }
  | { readonly kind: 'window-open'; readonly url: string }
  | { readonly kind: 'request'; readonly method: string; readonly url: string; readonly status: number }
  | {
      readonly kind: 'view';
      readonly act: 'load' | 'show' | 'hide' | 'closed';
      readonly partition: string;
      readonly url: string;
    }
  | { readonly kind: 'message'; readonly title: string; readonly body: string }
  | { readonly kind: 'window'; readonly act: 'show' | 'focus' | 'minimize' | 'restore' | 'closed' };

/** What the stand-in tells the test that started it, over Node's own channel between parent and child. */
export type DesktopReport =
  | { readonly type: 'record'; readonly record: DesktopRecord }
  /** A window has loaded; its pages can be driven at this address of Chromium's DevTools. */
  | { readonly type: 'loaded'; readonly devTools: string };

/** What a person, or the program itself, would do outside of the page. */
export type DesktopCommand =
  | { readonly type: 'close-window' }
  | { readonly type: 'minimize-window' }
  | { readonly type: 'quit' }
  /** The main process loads an address by itself; no page asked, so no `will-navigate` is told. */
  | { readonly type: 'load'; readonly url: string }
  /** The answer to the next folder dialog; null cancels it. */
  | { readonly type: 'choose-folder'; readonly path: string | null };

export type Tell = (record: DesktopRecord) => void;
