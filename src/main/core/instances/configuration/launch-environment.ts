import type { PinEnvironment } from '../../gpus/pin-environment.ts';
import type { Platform } from './paths.ts';

type Variables = Readonly<Record<string, string>>;

/**
 * What an instance must not inherit: switches of Node, npm and Electron, which would change a sandbox instance; the variables that
 * an AppImage or a desktop session sets for this one program; and everything of our own, tokens included.
 */
const notInherited =
  /^(?:NODE_.*|npm_.*|ELECTRON_.*|ATELIER_.*|VITEST.*|INIT_CWD|CHROME_DESKTOP|APPIMAGE|APPDIR|ARGV0|OWD|DESKTOP_STARTUP_ID|XDG_ACTIVATION_TOKEN)$/i;

export const isInherited = (name: string): boolean => !notInherited.test(name);

/** Adds variables; names differ by letter case on Windows only in spelling, so the older spelling gives way there. */
const merge = (target: Map<string, string>, variables: Variables, platform: Platform): void => {
  for (const [name, value] of Object.entries(variables)) {
    if (platform === 'win32') {
      for (const known of target.keys()) if (known.toLowerCase() === name.toLowerCase()) target.delete(known);
    }
    target.set(name, value);
  }
};

export interface EnvironmentInput {
  readonly instanceId: string;
  readonly parentEnvironment: Variables;
  /** What the program itself needs, such as the switch that makes Electron act as Node. */
  readonly programEnvironment: Variables;
  readonly userVariables: Variables;
  readonly pin: PinEnvironment;
  readonly platform: Platform;
}

/**
 * The whole environment of an instance. The user's variables beat inherited ones; the GPU field beats the user's variables, because
 * a card must never show one GPU while the process runs on another (validation warns about it). The instance id stands in it, so
 * that stray processes of an instance can be found.
 */
export const launchEnvironment = (input: EnvironmentInput): Variables => {
  const { platform, pin } = input;
  const environment = new Map(Object.entries(input.parentEnvironment).filter(([name]) => isInherited(name)));
  merge(environment, { PYTHONUNBUFFERED: '1' }, platform);
  // A Windows console code page cannot print every file name, and Python would end with a UnicodeEncodeError.
  if (platform === 'win32') merge(environment, { PYTHONIOENCODING: 'utf-8' }, platform);
  merge(environment, input.programEnvironment, platform);
  merge(environment, input.userVariables, platform);
  for (const name of pin.remove) environment.delete(name);
  merge(environment, pin.set, platform);
  merge(environment, { ATELIER_INSTANCE_ID: input.instanceId }, platform);
  return Object.fromEntries(environment);
};
