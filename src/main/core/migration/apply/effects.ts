import type { MigrationPlan, MigrationStep, PlannedFolder, PlannedInstance } from '#contract/models/migration.ts';
import { instanceFolders } from '../../instances/configuration/instance-folders.ts';
import { type Platform, parentPath } from '../../instances/configuration/paths.ts';

/** Whether a path is below a folder. */
export const isBelow = (path: string, folder: string, { platform }: MigrationSite): boolean =>
  path.startsWith(folder + (platform === 'win32' ? '\\' : '/'));

/** The port on which clients look for a single ComfyUI. */
export const usualPort = 8188;

/** Where the studio keeps what is its own. */
export interface MigrationSite {
  readonly dataFolder: string;
  readonly platform: Platform;
}

/** One change, or one look, of a run. Ids are the same whenever they are made from the same plan. */
export type Effect = { readonly id: string; readonly step: MigrationStep } & (
  | { readonly type: 'check' }
  | { readonly type: 'backup' }
  | { readonly type: 'make-folder'; readonly path: string; readonly isInstanceRoot: boolean }
  | {
      readonly type: 'copy';
      readonly index: number;
      readonly from: string;
      readonly to: string;
      readonly bytes: number;
    }
  | { readonly type: 'create'; readonly instance: PlannedInstance }
  | { readonly type: 'activate'; readonly instanceId: string }
  | { readonly type: 'take-over'; readonly port: number }
  | { readonly type: 'start'; readonly instanceId: string }
  | { readonly type: 'verify'; readonly instance: PlannedInstance }
);

const isLocal = ({ draft }: PlannedInstance): boolean => (draft.kind ?? 'local') === 'local';
const isEnabled = ({ draft }: PlannedInstance): boolean => draft.enabled ?? true;

/** Each place once: instances may share one. */
const foldersOf = (plan: MigrationPlan): readonly PlannedFolder[] => {
  const byPlace = new Map<string, PlannedFolder>();
  for (const folder of plan.instances.flatMap(({ folders }) => folders)) {
    if (folder.to !== '' && !byPlace.has(folder.to)) byPlace.set(folder.to, folder);
  }
  return [...byPlace.values()];
};

/** A folder that the studio makes: what is referenced is in its place already, and stays as it is. */
const isNew = ({ treatment, from, to }: PlannedFolder): boolean =>
  treatment === 'isolated' || (treatment === 'shared' && from !== to);

const noFolders = { base: '', output: '', input: '', user: '', temp: '', models: '' };

const fileEffects = (plan: MigrationPlan, { dataFolder, platform }: MigrationSite): readonly Effect[] => {
  const folders = foldersOf(plan);
  const copied = folders.filter(({ treatment }) => treatment === 'copied');
  const roots = plan.instances.filter(isLocal).map(({ draft }) => {
    const configuration = { id: draft.id, folders: noFolders, program: draft.program ?? 'comfyui' };
    return instanceFolders(configuration, dataFolder, platform).root;
  });
  const makeFolder = (path: string, isInstanceRoot: boolean): Effect => ({
    id: `folder:${path}`,
    step: 'copy',
    type: 'make-folder',
    path,
    isInstanceRoot,
  });
  const parents = [...new Set(copied.map(({ to }) => parentPath(to, platform)))];
  const fresh = folders.filter((folder) => isNew(folder) && !roots.includes(folder.to));
  return [
    ...roots.map((path) => makeFolder(path, true)),
    ...parents.filter((path) => !roots.includes(path)).map((path) => makeFolder(path, false)),
    ...copied.map(
      ({ from, to, bytes }, index): Effect => ({
        id: `copy:${index}`,
        step: 'copy',
        type: 'copy',
        index,
        from,
        to,
        bytes: bytes ?? 0,
      }),
    ),
    ...fresh.filter(({ to }) => !parents.includes(to)).map(({ to }) => makeFolder(to, false)),
  ];
};

const portEffects = ({ choices }: MigrationPlan): readonly Effect[] =>
  choices.takeOverPort ? [{ id: 'take-over', step: 'take-over', type: 'take-over', port: usualPort }] : [];

/** The instance that stands for what the user had. */
const legacyOf = ({ choices, instances }: MigrationPlan): PlannedInstance | undefined =>
  choices.makeActive ? instances.find(({ isLegacy }) => isLegacy) : undefined;

/** All that a run does, in its order. */
export const effectsOf = (plan: MigrationPlan, site: MigrationSite): readonly Effect[] => {
  const legacy = legacyOf(plan);
  const started = plan.choices.startAfterwards ? plan.instances.filter(isEnabled) : [];
  return [
    { id: 'check', step: 'check', type: 'check' },
    { id: 'backup', step: 'backup', type: 'backup' },
    ...fileEffects(plan, site),
    ...plan.instances.map(
      (instance): Effect => ({ id: `create:${instance.draft.id}`, step: 'create', type: 'create', instance }),
    ),
    ...(legacy === undefined
      ? []
      : ([{ id: 'activate', step: 'activate', type: 'activate', instanceId: legacy.draft.id }] as const)),
    ...portEffects(plan),
    ...started
      .filter(isLocal)
      .map(({ draft }): Effect => ({ id: `start:${draft.id}`, step: 'start', type: 'start', instanceId: draft.id })),
    ...started.map(
      (instance): Effect => ({ id: `verify:${instance.draft.id}`, step: 'verify', type: 'verify', instance }),
    ),
  ];
};
