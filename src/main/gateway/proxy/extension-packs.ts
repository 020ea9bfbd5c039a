import type { FleetCandidate, FleetView } from '#core/jobs/fleet-view.ts';
import { type HomeInstance, isAlive } from './home-instance.ts';
import type { InstanceFacts } from './instance-facts.ts';

/** The scripts that packs of custom nodes add to the page, `/extensions/PACK/…`, those of all instances that run. */
export interface ExtensionPacks {
  /** GET /extensions: of each pack, the files of one instance, home before the others. null where home has not told. */
  list(): Promise<readonly string[] | null>;
  /** The instance whose files of a pack the page gets; home for a pack that nobody tells of. null while nobody runs. */
  owner(path: string): Promise<FleetCandidate | null>;
}

const packPath = /^\/extensions\/(?<pack>[^/]+)\//u;

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
};

/** One pack is installed as ComfyUI-Pack here and as comfyui-pack there, and must not come twice. */
const packOf = (path: string): string | null => {
  const pack = packPath.exec(path)?.groups?.['pack'];
  return pack === undefined ? null : decode(pack).toLowerCase();
};

/** Whether an address is a file that a pack adds to the page. */
export const isPackFile = (path: string, method: string): boolean =>
  (method === 'GET' || method === 'HEAD') && packPath.test(path);

/** What an instance answers to GET /extensions; null for anything else. */
export const readExtensions = (value: unknown): readonly string[] | null =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : null;

/** The lists of several instances as one: whoever comes first has the whole pack, so that the versions of a pack never mix. */
export const mergeExtensions = (lists: readonly (readonly string[])[]): readonly string[] => {
  const taken = new Set<string | null>();
  return lists.flatMap((list) => {
    const added = list.filter((path) => !taken.has(packOf(path)));
    for (const path of added) taken.add(packOf(path));
    return added;
  });
};

export const createExtensionPacks = ({
  fleet,
  home,
  lists,
}: {
  readonly fleet: Pick<FleetView, 'candidates'>;
  readonly home: Pick<HomeInstance, 'current'>;
  readonly lists: Pick<InstanceFacts<readonly string[]>, 'read' | 'keep'>;
}): ExtensionPacks => {
  const othersThan = (present: FleetCandidate): readonly FleetCandidate[] =>
    fleet.candidates().filter((one) => one.instanceId !== present.instanceId && isAlive(one));

  return {
    list: async () => {
      const present = home.current();
      if (present === null) return null;
      lists.keep(new Set(fleet.candidates().map(({ instanceId }) => instanceId)));
      const [ofHome = null, ...ofOthers] = await Promise.all(
        [present, ...othersThan(present)].map((instance) => lists.read(instance)),
      );
      return ofHome === null ? null : mergeExtensions([ofHome, ...ofOthers.filter((list) => list !== null)]);
    },
    owner: async (path) => {
      const present = home.current();
      if (present === null) return null;
      const pack = packOf(path);
      const has = async (instance: FleetCandidate): Promise<boolean> =>
        (await lists.read(instance))?.some((one) => packOf(one) === pack) ?? false;
      // The others are asked only where home cannot have it: one that works would hold up the page.
      if (await has(present)) return present;
      const others = othersThan(present);
      const answers = await Promise.all(others.map(has));
      return others[answers.indexOf(true)] ?? present;
    },
  };
};
