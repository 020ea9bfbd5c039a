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

/** The server would print something and end, or could not be reached the way the studio reaches it. */
export const refusedFlags: Readonly<Record<string, string>> = {
  '--help': 'makes ComfyUI print its help and end',
  '-h': 'makes ComfyUI print its help and end',
  '--quick-test-for-ci': 'makes ComfyUI end as soon as it is loaded',
  '--list-feature-flags': 'makes ComfyUI print a list and end',
  '--tls-keyfile': 'makes ComfyUI speak https, over which a local instance is not reached',
  '--tls-certfile': 'makes ComfyUI speak https, over which a local instance is not reached',
};

export const uselessFlags: Readonly<Record<string, string>> = {
  '--auto-launch': 'has no effect: the studio never lets an instance open a browser',
  '--dont-print-server': 'hides the lines that tell how far a start is',
};

/** They choose a device, which the field of the GPU does. */
export const gpuFlags: ReadonlySet<string> = new Set(['--cuda-device', '--default-device', '--oneapi-device-selector']);
