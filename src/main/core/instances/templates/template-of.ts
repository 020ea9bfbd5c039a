import type { InstanceConfiguration, InstanceDraft } from '#contract/models/instance.ts';
import { withoutSecrets } from '../../configuration-exchange/secret-free.ts';

/** Two instances must not share these, so a new one gets its own. */
const ownFolders = ['base', 'output', 'user', 'temp'] as const;

/**
 * What of a configuration another instance on this machine may start from: all but its identity, its secrets and the folders that
 * belong to it alone. What was left out is named.
 */
export const templateOf = (
  configuration: InstanceConfiguration,
): { readonly draft: InstanceDraft; readonly leftOut: readonly string[] } => {
  const bare = withoutSecrets(configuration);
  const { id: _id, createdAt: _createdAt, ...fields } = bare.configuration;
  const folders = { ...fields.folders };
  const dropped = ownFolders.filter((name) => folders[name] !== '');
  for (const name of dropped) folders[name] = '';
  return {
    draft: { ...fields, folders },
    leftOut: [...bare.leftOut, ...dropped.map((name) => `folders.${name}`)],
  };
};
