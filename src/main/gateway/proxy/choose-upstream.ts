import type { FleetCandidate, FleetView } from '#core/jobs/fleet-view.ts';
import type { Jobs } from '#core/jobs/jobs.ts';
import type { Caller } from '../access/caller.ts';
import { isOfCaller } from '../truth/callers-jobs.ts';
import { type HomeInstance, isAlive } from './home-instance.ts';

/**
 * First parts of addresses that home answers for everybody: what it keeps (settings, user data), what it is (features, models,
 * pages), and ComfyUI-Manager and the nodes of image editors, which expect one server with a memory.
 */
const homeParts: ReadonlySet<string> = new Set([
  '',
  'assets',
  'comfyui_manager',
  'customnode',
  'docs',
  'embeddings',
  'etn',
  'experiment',
  'extensions',
  'externalmodel',
  'features',
  'global_subgraphs',
  'i18n',
  'internal',
  'manager',
  'models',
  'node_replacements',
  'scripts',
  'settings',
  'snapshot',
  'tags',
  'templates',
  'userdata',
  'users',
  'v2',
  'view_metadata',
  'workflow_templates',
]);

const pageFile = /\.(?:css|gif|html|ico|jpe?g|js|json|map|md|mjs|mp3|mp4|png|svg|ttf|txt|wasm|webm|webp|woff2?)$/iu;

/** Whether an address means the same on every instance, so that one answers it for all; the others are custom nodes' own. */
export const isForHome = (path: string, method: string): boolean => {
  const [, first = ''] = path.split('/', 2);
  return homeParts.has(first) || ((method === 'GET' || method === 'HEAD') && pageFile.test(path));
};

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
