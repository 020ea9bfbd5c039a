import type { PreloadApi } from './offered.ts';

/** What the page's side posts to the main process. */
export type PageMessage =
  | { readonly type: 'send'; readonly channel: string; readonly args: readonly unknown[] }
  | { readonly type: 'port-message'; readonly port: number; readonly data: unknown }
  | { readonly type: 'port-close'; readonly port: number };

/** What the main process delivers to the page's side. */
export type HostMessage =
  | { readonly type: 'ipc'; readonly channel: string; readonly message: unknown; readonly ports: readonly number[] }
  | { readonly type: 'port-message'; readonly port: number; readonly data: unknown }
  | { readonly type: 'port-close'; readonly port: number };

/** Names that both sides know. The preload's world is not the page's: neither sees the other's JavaScript objects. */
export const pageSideNames = {
  world: 'electron-preload',
  binding: 'electronPost',
  deliver: 'electronDeliver',
  expose: 'electron-expose',
  call: 'electron-call',
} as const;

type Names = typeof pageSideNames;

/** Runs in the preload's world, by its source text: it can use nothing of this file. */
const createPreloadApi = (names: Names): PreloadApi => {
  const world: Record<string, unknown> = Object(globalThis);
  const post = (message: PageMessage): void => {
    const binding = world[names.binding];
    if (typeof binding === 'function') binding(JSON.stringify(message));
  };
  const ports = new Map<number, MessagePort>();
  const listeners: { channel: string; listener: (event: { ports: MessagePort[] }, message: unknown) => void }[] = [];
  const openPort = (port: number): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', ({ data }) => post({ type: 'port-message', port, data }));
    port1.addEventListener('close', () => {
      if (ports.delete(port)) post({ type: 'port-close', port });
    });
    port1.start();
    ports.set(port, port1);
    return port2;
  };
  const closePort = (port: number): void => {
    const open = ports.get(port);
    ports.delete(port);
    open?.close();
  };
  const deliver = (message: HostMessage): void => {
    if (message.type === 'port-message') ports.get(message.port)?.postMessage(message.data);
    else if (message.type === 'port-close') closePort(message.port);
    else {
      const event = { ports: message.ports.map(openPort) };
      for (const { channel, listener } of listeners) if (channel === message.channel) listener(event, message.message);
    }
  };
  Object.defineProperty(globalThis, names.deliver, { value: deliver });
  return {
    ipcRenderer: {
      send: (channel, ...args) => post({ type: 'send', channel, args }),
      on: (channel, listener) => listeners.push({ channel, listener }),
    },
    contextBridge: {
      exposeInMainWorld: (key: string, api: Record<string, (...args: unknown[]) => void>) => {
        window.addEventListener(names.call, (event) => {
          const { detail }: { detail?: unknown } = event as CustomEvent;
          const call: { key: string; method: string; args: unknown[] } = JSON.parse(String(detail));
          if (call.key === key && Object.hasOwn(api, call.method)) api[call.method]?.(...call.args);
        });
        const detail = JSON.stringify({ key, methods: Object.keys(api) });
        window.dispatchEvent(new CustomEvent(names.expose, { detail }));
      },
    },
  };
};

/** Runs in the page's world before any of its scripts: puts what the preload exposes on the window. */
const receiveExposed = (names: Names): void => {
  window.addEventListener(names.expose, (event) => {
    const exposed: { key: string; methods: string[] } = JSON.parse(String((event as CustomEvent).detail));
    const { key, methods } = exposed;
    const callMethod =
      (method: string) =>
      (...args: unknown[]): void => {
        window.dispatchEvent(new CustomEvent(names.call, { detail: JSON.stringify({ key, method, args }) }));
      };
    const api = Object.freeze(Object.fromEntries(methods.map((method) => [method, callMethod(method)])));
    Object.defineProperty(window, key, { value: api, enumerable: true });
  });
};

/** Like Electron without `nodeIntegrationInSubFrames`, a preload runs in the main frame only. */
const inMainFrame = (source: string): string => `if (window.top === window) {${source}\n}`;

const names = JSON.stringify(pageSideNames);

export const pageWorldSource = inMainFrame(`(${String(receiveExposed)})(${names});`);

/** A sandboxed preload: CommonJS in a function of its own, with `electron` as the only module. */
export const preloadWorldSource = (preload: string): string =>
  inMainFrame(`
const electron = (${String(createPreloadApi)})(${names});
const requireOnly = (name) => {
  if (name === 'electron') return electron;
  throw new Error('module not found: ' + name);
};
(function (require, module, exports) {${preload}
})(requireOnly, { exports: {} }, {});`);
