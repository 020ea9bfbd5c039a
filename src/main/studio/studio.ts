import type { ContentHandler } from '#contract/handlers.ts';
import type { InstanceView } from '#contract/models/instance.ts';
import type { HostCapability } from '#contract/models/studio.ts';
import type { ViewerBounds } from '#contract/models/viewer.ts';
import type { StudioWire } from '#contract/wire.ts';

export interface ServerOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** Needed for a host beyond this machine. */
  readonly accessToken: string | null;
  /** Further host names under which clients may ask. */
  readonly allowedHosts: readonly string[];
  /** Take any free port when this one is taken, with a notice, instead of failing. */
  readonly fallBackToFreePort: boolean;
}

/** A page of the web inside the desktop window. One is shown at a time. */
export interface EmbeddedView {
  /** Shows the page of a key, or moves it; each key has cookies and storage of its own. */
  show(page: { readonly key: string; readonly address: string }, bounds: ViewerBounds): void;
  reload(): void;
  hide(): void;
}

/** What a desktop can do for its user; a shell without one leaves it out and the calls answer HOST_UNSUPPORTED. */
export interface HostActions {
  readonly capabilities: readonly HostCapability[];
  pickFolder?(title: string): Promise<string | null>;
  openPath?(path: string): Promise<void>;
  openExternal?(url: string): Promise<void>;
  readonly view?: EmbeddedView;
  /** Shows a message; settles when it was clicked or went away, or when the signal aborts. */
  notify?(message: { readonly title: string; readonly body: string }, signal: AbortSignal): Promise<boolean>;
}

/** The systems that the studio knows paths and processes of; another Unix is treated as Linux. */
export const supportedPlatform = (name: string): StudioOptions['platform'] =>
  name === 'win32' || name === 'darwin' ? name : 'linux';

/** Plain data from a shell: nothing below the shells reads argv, the environment or Electron's paths. */
export interface StudioOptions {
  readonly version: string;
  readonly platform: 'linux' | 'darwin' | 'win32';
  readonly dataFolder: string;
  readonly studio: ServerOptions;
  /** A port of null is the one of the settings. */
  readonly gateway: Omit<ServerOptions, 'port'> & { readonly port: number | null };
  /** The built renderer. */
  readonly rendererFolder: string;
  /** How a sandbox instance is run: a Node-compatible executable, its environment and the entry file. */
  readonly sandboxProgram: {
    readonly command: string;
    readonly entry: string;
    readonly environment: Readonly<Record<string, string>>;
  };
  /** The environment that ComfyUI processes inherit from. */
  readonly parentEnvironment: Readonly<Record<string, string | undefined>>;
  /** A fleet of sandbox instances to keep in the data folder, or null. */
  readonly sandboxFleet: { readonly count: number; readonly clock: number } | null;
  /** Start what is marked to start on launch. */
  readonly autoStart: boolean;
  /** Leave instances running on exit whatever the settings say. */
  readonly keepInstancesOnExit: boolean;
  /** The shell, named to whoever finds the data folder in use. */
  readonly hostName: 'desktop' | 'headless';
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** Also check what handlers and feeds answer against the contract: for development and tests. */
  readonly checkOutput: boolean;
}

/** A running studio. Shells pass wires in and stop it; everything else goes through the contract. */
export interface Studio {
  readonly addresses: { readonly studio: string; readonly gateway: string };
  /** The address to open in a browser: with an access token it is a link that logs in once. */
  readonly entryAddress: string;
  /** Serves one client; access is that of the machine's owner, since only a shell hands wires in. */
  connect(wire: StudioWire): void;
  readonly content: ContentHandler;
  instances(): readonly InstanceView[];
  /** Resolves when every instance that is started at launch is ready, failed or given up. */
  launched(): Promise<void>;
  /** Stops servers, jobs and instances (or leaves those running) within one deadline; later calls join the first. */
  stop(): Promise<void>;
}
