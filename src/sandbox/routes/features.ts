import type { SandboxOptions } from '../command-line/sandbox-options.ts';

/** Flags that --feature-flag knows the type of; all others stay strings. Printed by --list-feature-flags. */
export const registeredFeatureFlags = {
  show_signin_button: {
    type: 'bool',
    default: false,
    description: 'Whether the front end shows its sign-in button to somebody who is not signed in',
  },
  enable_telemetry: {
    type: 'bool',
    default: false,
    description: 'Whether the front end is told that usage figures are collected',
  },
} as const;

const isRegistered = (name: string): boolean => Object.hasOwn(registeredFeatureFlags, name);

const flagValue = (name: string, value: string | null): unknown => {
  if (!isRegistered(name)) return value ?? 'true';
  return value === null || /^(true|1|yes|on)$/i.test(value);
};

/** What GET /features and the websocket's feature_flags tell about this server (comfyui-protocol.md 3.2). */
export const serverFeatures = (
  options: Pick<SandboxOptions, 'maxUploadBytes' | 'featureFlags'>,
): Record<string, unknown> => {
  const core = {
    supports_preview_metadata: true,
    supports_model_type_tags: true,
    max_upload_size: options.maxUploadBytes,
    extension: { manager: { supports_v4: true } },
    node_replacements: true,
    assets: false,
  };
  const given = options.featureFlags.map((text): [string, unknown] => {
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    return [name, flagValue(name, equals < 0 ? null : text.slice(equals + 1))];
  });
  return { ...core, ...Object.fromEntries(given.filter(([name]) => !Object.hasOwn(core, name))) };
};
