import { StudioError } from '#contract/errors.ts';
import { type ModelName, modelsKeptAs } from '../verify/model-names.ts';
import { modelsOfFolders, modelsOfServer } from '../verify/read-models.ts';
import { type CheckFacts, checkPlan, type TargetFacts } from './check-plan.ts';
import { done, type EffectContext, type EffectResult } from './effect-context.ts';
import { type Effect, isBelow } from './effects.ts';

const targetFacts = async (
  effect: Extract<Effect, { type: 'copy' | 'make-folder' }>,
  { dependencies, effects, signal }: EffectContext,
): Promise<TargetFacts> => {
  const { files, site } = dependencies;
  const path = effect.type === 'copy' ? effect.to : effect.path;
  const from = effect.type === 'copy' ? effect.from : null;
  const sourcePlace = from === null ? 'missing' : await files.place(from);
  const isThere = sourcePlace === 'folder' || sourcePlace === 'empty-folder';
  // The whole folder of an instance is made anew; what a deleted one has left there is set aside before.
  const isMadeAnew = effects.some(
    (other) => other.type === 'make-folder' && other.isInstanceRoot && isBelow(path, other.path, site),
  );
  return {
    path,
    realPath: await files.realPath(path),
    place: isMadeAnew ? 'missing' : await files.place(path),
    isWritable: await files.isWritable(path),
    source:
      from === null
        ? null
        : {
            path: from,
            realPath: await files.realPath(from),
            place: sourcePlace,
            bytes: isThere ? (await files.size(from, signal)).bytes : 0,
          },
    disk: await files.disk(path),
    freeBytes: await files.freeBytes(path),
  };
};

/** What cannot be stored at all. Anything else that is wrong with an instance is said when it is made, and can be mended there. */
const invalidInstances = ({ dependencies, begun }: EffectContext): CheckFacts['invalidInstances'] =>
  begun.plan.instances.flatMap(({ draft }) => {
    try {
      dependencies.complete(draft);
      return [];
    } catch (error) {
      if (!(error instanceof StudioError) || error.code !== 'INSTANCE_INVALID') throw error;
      return [{ instanceId: draft.id, details: { ...error.details } }];
    }
  });

/** All places of what the user had, links resolved; nothing may be made in them. */
const oldPlaces = async ({ dependencies, begun }: EffectContext): Promise<readonly string[]> => {
  const paths = begun.plan.instances.flatMap(({ draft, folders }) => [
    draft.comfyuiFolder ?? '',
    ...folders.map(({ from }) => from),
  ]);
  const places = [...new Set(paths.filter((path) => path !== ''))];
  return Promise.all(places.map((path) => dependencies.files.realPath(path)));
};

/** What each old server or install offers to load, to be compared with what its instance offers afterwards. */
const keepModels = async ({ dependencies, begun, signal }: EffectContext): Promise<void> => {
  const { client, files, journals } = dependencies;
  const byInstance: Record<string, readonly ModelName[]> = {};
  for (const { draft, modelFolders } of begun.plan.instances) {
    const server = begun.oldServers[draft.id] ?? '';
    const told = server === '' ? null : await modelsOfServer({ baseUrl: server, authorization: null }, client, signal);
    byInstance[draft.id] = told ?? (await modelsOfFolders(modelFolders, files, signal));
  }
  await journals.keep(begun.runId, modelsKeptAs, JSON.stringify(byInstance));
};

/** Looks at everything that the run is going to touch; fails before anything is changed. */
export const carryOutCheck = async (context: EffectContext): Promise<EffectResult> => {
  const { dependencies, begun, effects } = context;
  const made = effects.filter((effect) => effect.type === 'copy' || effect.type === 'make-folder');
  const targets: TargetFacts[] = [];
  for (const effect of made) targets.push(await targetFacts(effect, context));
  const instanceIds = begun.plan.instances.map(({ draft }) => draft.id);
  const taken = dependencies.fleet.list().map(({ configuration }) => configuration.id);
  const problems = checkPlan({
    targets,
    oldPlaces: await oldPlaces(context),
    separator: dependencies.site.platform === 'win32' ? '\\' : '/',
    takenInstanceIds: instanceIds.filter((id) => taken.includes(id)),
    invalidInstances: invalidInstances(context),
  });
  if (problems.length > 0) throw new StudioError('MIGRATION_PLAN_OUTDATED', undefined, { details: { problems } });
  await keepModels(context);
  return done;
};
