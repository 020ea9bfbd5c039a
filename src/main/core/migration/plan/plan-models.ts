import type { MigrationCandidate, PlannedConflict } from '#contract/models/migration.ts';
import { joinPath } from '../../instances/configuration/paths.ts';
import { type PlanFacts, planConflict, type Source, type Step } from './plan-facts.ts';
import { modelsFolderOf } from './plan-folders.ts';

export interface PlannedModels {
  /** Of the configuration; empty = the one that Atelier's instances share. */
  readonly folder: string;
  /** Files for --extra-model-paths-config. */
  readonly files: readonly string[];
  /** All folders that it will read from. */
  readonly all: readonly string[];
}

/** ComfyUI reads the file in its own folder by itself. */
const filesToPass = (
  { modelConfigurationFiles }: MigrationCandidate,
  source: Source,
  facts: PlanFacts,
): readonly string[] => {
  const own = joinPath(facts.platform, source.comfyuiFolder, 'extra_model_paths.yaml');
  return modelConfigurationFiles.filter((file) => file !== own);
};

/** Folders that the scan found missing or unreadable; nobody can read models from them. */
const goneFolders = ({ finding, candidate }: Source): readonly string[] =>
  finding.remarks.flatMap(({ code, details }) => {
    const isGone = code === 'missing-folder' || code === 'unreadable-folder';
    const path = details['path'];
    return isGone && details['role'] === 'models' && typeof path === 'string' && candidate.modelFolders.includes(path)
      ? [path]
      : [];
  });

/**
 * Every folder that the old install read models from is read by the new instance too, from where it is. One that is gone (a drive that
 * is not there) holds the plan up, because its models would silently vanish.
 */
export const planModels = (source: Source, facts: PlanFacts): Step<PlannedModels> => {
  const { candidate } = source;
  const models = modelsFolderOf(candidate, source.comfyuiFolder, facts.platform);
  const folder = models?.exists === true ? models.path : '';
  const gone = goneFolders(source);
  // One folder has its place in the configuration, the others only a file could name.
  const notReached = candidate.looseModelFolders.filter((path) => path !== folder && !gone.includes(path));
  const inProgram = joinPath(facts.platform, source.comfyuiFolder, 'models');
  const all = [
    folder,
    ...candidate.modelFolders,
    ...(source.comfyuiFolder === candidate.comfyuiFolder ? [] : [inProgram]),
  ];
  const conflicts: PlannedConflict[] = [];
  if (gone.length > 0) {
    const isAccepted = facts.choices.acceptMissingModels;
    const message = `${candidate.name} reads models from ${gone.join(', ')}, which cannot be reached now.`;
    const details = { name: candidate.name, paths: gone };
    conflicts.push(
      planConflict('models-missing', isAccepted ? 'warning' : 'error', isAccepted ? 'left-out' : '', {
        message,
        details,
      }),
    );
  }
  if (notReached.length > 0) {
    const message = `${candidate.name} also found models in ${notReached.join(', ')}; add them to its extra_model_paths.yaml to keep them.`;
    const details = { name: candidate.name, paths: notReached };
    conflicts.push(planConflict('models-not-reached', 'warning', 'left-out', { message, details }));
  }
  return {
    made: {
      folder,
      files: filesToPass(candidate, source, facts),
      all: [...new Set(all)].filter((path) => path !== '' && !gone.includes(path) && !notReached.includes(path)),
    },
    conflicts,
  };
};
