import type { TFunction } from 'i18next';
import type { FoundFolder, MigrationCandidate, MigrationFinding } from '#contract/models/migration.ts';
import { formatBytes } from '../text/format.ts';

const modelsOf = (candidates: readonly MigrationCandidate[]): readonly FoundFolder[] => {
  const folders = candidates.flatMap((candidate) => candidate.folders.filter(({ role }) => role === 'models'));
  // Servers of one list often read the same models.
  return [...new Map(folders.map((folder) => [folder.path, folder])).values()].filter(({ exists }) => exists);
};

const modelText = (t: TFunction, candidates: readonly MigrationCandidate[]): string => {
  const folders = modelsOf(candidates);
  if (folders.some(({ files }) => files === null)) return t('migration.finding.modelsUncounted');
  const count = folders.reduce((sum, { files }) => sum + (files ?? 0), 0);
  if (count === 0) return t('migration.finding.noModels');
  const bytes = folders.reduce((sum, folder) => sum + (folder.bytes ?? 0), 0);
  return t('migration.finding.models', { count, bytes: formatBytes(bytes) });
};

/** What a card says of a finding in one line: servers, models, custom nodes. */
export const findingFacts = (t: TFunction, { candidates }: MigrationFinding): readonly string[] => {
  const nodes = new Set(candidates.flatMap(({ customNodes }) => customNodes)).size;
  const isLocal = candidates.some(({ comfyuiFolder, folders }) => comfyuiFolder !== '' || folders.length > 0);
  return [
    ...(candidates.length > 1 ? [t('migration.finding.servers', { count: candidates.length })] : []),
    ...(isLocal ? [modelText(t, candidates), t('migration.finding.nodes', { count: nodes })] : []),
  ];
};
