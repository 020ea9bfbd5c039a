/** Flags whose value stands in a field of its own, which the supervisor has to know. */
export const managedFlags: Readonly<Record<string, string>> = { '--port': 'port', '--listen': 'host' };

/** Flags of ours that give way when the user sets them, with the field that would do the same; '' where there is none. */
export const overridingFlags: Readonly<Record<string, string>> = {
  '--base-directory': 'folders.base',
  '--models-directory': 'folders.models',
  '--output-directory': 'folders.output',
  '--input-directory': 'folders.input',
  '--temp-directory': 'folders.temp',
  '--user-directory': 'folders.user',
  '--database-url': '',
};

/** What a flag does to an instance: a name for the screens, and English for scripts. */
export interface FlagEffect {
  readonly reason: string;
  readonly effect: string;
}

const printsAndEnds: FlagEffect = { reason: 'prints-and-ends', effect: 'makes ComfyUI print something and end' };
const speaksHttps: FlagEffect = {
  reason: 'speaks-https',
  effect: 'makes ComfyUI speak https, over which a local instance is not reached',
};

/** The server would print something and end, or could not be reached the way the studio reaches it. */
export const refusedFlags: Readonly<Record<string, FlagEffect>> = {
  '--help': printsAndEnds,
  '-h': printsAndEnds,
  '--list-feature-flags': printsAndEnds,
  '--quick-test-for-ci': { reason: 'ends-at-once', effect: 'makes ComfyUI end as soon as it is loaded' },
  '--tls-keyfile': speaksHttps,
  '--tls-certfile': speaksHttps,
};

export const uselessFlags: Readonly<Record<string, FlagEffect>> = {
  '--auto-launch': {
    reason: 'no-browser',
    effect: 'has no effect: the studio never lets an instance open a browser',
  },
  '--dont-print-server': { reason: 'hides-progress', effect: 'hides the lines that tell how far a start is' },
};

/** They choose a device, which the field of the GPU does. */
export const gpuFlags: ReadonlySet<string> = new Set(['--cuda-device', '--default-device', '--oneapi-device-selector']);
