import type { FleetCandidate, FleetView } from '#core/jobs/fleet-view.ts';
import type { Jobs } from '#core/jobs/jobs.ts';
import type { Caller } from '../access/caller.ts';
import { isOfCaller } from '../truth/callers-jobs.ts';
import { type HomeInstance, isAlive } from './home-instance.ts';
import { plainPath } from './plain-path.ts';

/** ComfyUI-Manager's. Older versions restart ComfyUI on a GET, which breaks off without an answer. */
const managerParts: readonly string[] = ['comfyui_manager', 'customnode', 'externalmodel', 'manager', 'snapshot', 'v2'];

/**
 * First parts of addresses that home answers for everybody: what it keeps (settings, user data), what it is (features, models,
 * pages), and ComfyUI-Manager and the nodes of image editors, which expect one server with a memory.
 */
const homeParts: ReadonlySet<string> = new Set([
  ...managerParts,
  '',
  'assets',
  'css',
  'cursor',
  'docs',
  'embeddings',
  'etn',
  'experiment',
  'extensions',
  'features',
  'fonts',
  'global_subgraphs',
  'i18n',
  'images',
  'internal',
  'lib',
  'models',
  'node_replacements',
  'scripts',
  'settings',
  'tags',
  'templates',
  'userdata',
  'users',
  'view_metadata',
  'workflow_templates',
]);

/** A file of the front end itself: it lies at the root. Deeper ones may be what a custom node has made. */
const pageFile = /^\/[^/]+\.[a-z0-9]+$/iu;

const firstPart = (path: string): string => plainPath(path).split('/', 2)[1] ?? '';

/** Whether an address means the same on every instance, so that one answers it for all; the others are custom nodes' own. */
export const isForHome = (path: string, method: string): boolean =>
  homeParts.has(firstPart(path)) || ((method === 'GET' || method === 'HEAD') && pageFile.test(path));

/** Whether asking another instance instead does no harm: a manager's orders are for one only. */
export const mayAskAnother = (path: string, method: string): boolean =>
  (method === 'GET' || method === 'HEAD') && !managerParts.includes(firstPart(path));

export interface Choosing {
  readonly jobs: Pick<Jobs, 'records'>;
  readonly fleet: Pick<FleetView, 'candidates'>;
  readonly home: Pick<HomeInstance, 'current'>;
}

/** The instance that has the caller's latest job, or had it last. */
const instanceOfLatestJob = ({ jobs }: Pick<Choosing, 'jobs'>, caller: Caller): string | null =>
  jobs.records().findLast((record) => record.view.instanceId !== null && isOfCaller(caller, record))?.view.instanceId ??
  null;

/** Who answers a request that the gateway itself does not; null while nobody runs. */
export const chooseUpstream = (
  context: Choosing,
  { path, method, caller }: { readonly path: string; readonly method: string; readonly caller: Caller },
): FleetCandidate | null => {
  const home = context.home.current();
  if (isForHome(path, method)) return home;
  const instanceId = instanceOfLatestJob(context, caller);
  const found = context.fleet.candidates().find((candidate) => candidate.instanceId === instanceId);
  return found !== undefined && isAlive(found) ? found : home;
};

/** Another one to ask where one that should answer does not. */
export const chooseOther = ({ fleet, home }: Choosing, failed: FleetCandidate): FleetCandidate | null => {
  const present = home.current();
  if (present !== null && present.instanceId !== failed.instanceId) return present;
  const others = fleet.candidates().filter((one) => one.instanceId !== failed.instanceId && isAlive(one));
  return others.find(({ health }) => health === 'healthy') ?? others[0] ?? null;
};
