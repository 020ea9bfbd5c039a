import type { PlannedConflict, PlannedInstance } from '#contract/models/migration.ts';
import { planConflict } from './plan-facts.ts';

const writtenRoles = ['output', 'user', 'temp'] as const;

const namesOf = (group: readonly PlannedInstance[]): readonly string[] => group.map(({ draft }) => draft.name);

/** Instances that come from one place: without folders of their own they would write over each other's files. */
const isolatedOnes = (instances: readonly PlannedInstance[]): readonly PlannedConflict[] => {
  const byBase = Map.groupBy(instances, ({ folders }) => folders.find(({ role }) => role === 'base')?.from ?? '');
  return [...byBase].flatMap(([path, group]) => {
    if (path === '' || group.length < 2) return [];
    const names = namesOf(group);
    const message = `${names.join(', ')} would write to the same folders in ${path}; each gets its own.`;
    const ownDatabase = `${names.join(', ')} would lock one database; each has its own.`;
    return [
      planConflict('folder-shared', 'info', 'isolated', {
        message,
        details: { path, names, roles: [...writtenRoles] },
      }),
      planConflict('database-shared', 'info', 'own-database', { message: ownDatabase, details: { path, names } }),
    ];
  });
};

/** Folders that several use in place, on purpose. */
const sharedOnes = (instances: readonly PlannedInstance[]): readonly PlannedConflict[] => {
  const uses = instances.flatMap((instance) =>
    instance.folders
      .filter(({ treatment }) => treatment === 'shared')
      .map(({ role, to }) => ({ role, path: to, instance })),
  );
  return [...Map.groupBy(uses, ({ role, path }) => `${role} ${path}`).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined || group.length < 2) return [];
    const names = namesOf(group.map(({ instance }) => instance));
    const message = `${names.join(', ')} use the same folder for ${first.role}: ${first.path}.`;
    return [
      planConflict('folder-shared', 'info', 'kept-as-it-is', {
        message,
        details: { path: first.path, names, roles: [first.role] },
      }),
    ];
  });
};

/** Folders that more than one instance of a plan has to do with. */
export const sharedFolderConflicts = (instances: readonly PlannedInstance[]): readonly PlannedConflict[] => [
  ...isolatedOnes(instances),
  ...sharedOnes(instances),
];
