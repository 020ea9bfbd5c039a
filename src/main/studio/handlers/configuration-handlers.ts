import type { CallHandlers } from '#contract/handlers.ts';
import type { AccessParts } from '../access-parts.ts';
import type { ConfigurationParts } from '../configuration-parts.ts';
import type { DiagnosticsParts } from '../diagnostics-parts.ts';

type ConfigurationHandlers = Pick<
  CallHandlers,
  Extract<keyof CallHandlers, `${'configuration' | 'diagnostics' | 'access'}.${string}`>
>;

export const createConfigurationHandlers = (
  { exchange, snapshots }: ConfigurationParts,
  diagnostics: DiagnosticsParts,
  access: AccessParts,
): ConfigurationHandlers => ({
  'configuration.export': ({ format, instanceIds, asTemplate }) => {
    const { fileName, text, remarks } = exchange.export({ format, instanceIds, asTemplate });
    return { fileName, text, remarks: [...remarks] };
  },
  'configuration.previewImport': ({ text, choices }) => exchange.previewImport(text, choices),
  'configuration.import': ({ text, choices, basis }) => exchange.import(text, choices, basis),
  'configuration.snapshots': async () => ({ snapshots: [...(await snapshots.list())] }),
  'configuration.takeSnapshot': () => snapshots.take(),
  'configuration.previewRestore': ({ snapshotId }) => snapshots.previewRestore(snapshotId),
  'configuration.restore': ({ snapshotId, ...options }) => snapshots.restore(snapshotId, options),
  'access.reveal': ({ withLoginLink }) => access.reveal(withLoginLink),
  'diagnostics.preview': (_input, { signal }) => diagnostics.preview(signal),
});
