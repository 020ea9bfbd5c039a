import type { NodeCatalog, NodeInfo } from '#core/ports/comfy-reader.ts';
import { type MergeRules, mergeSections } from './merge-inputs.ts';

/** The catalogs of the instances in the user's order, and which of them describes a class where they differ. */
export interface MergeSource {
  readonly catalogs: readonly NodeCatalog[];
  /** One of the catalogs, or null. */
  readonly home: NodeCatalog | null;
}

/** The names of all classes, those of the first instance first. */
export const classNames = ({ catalogs }: Pick<MergeSource, 'catalogs'>): readonly string[] => {
  const distinct = [...new Set(catalogs)];
  return [...new Set(distinct.flatMap(({ nodes }) => [...nodes.keys()]))];
};

/** A class as the whole fleet has it: as home describes it, or else the first instance that has it, with the lists of all. */
export const mergeClass = ({ catalogs, home }: MergeSource, classType: string, rules: MergeRules): NodeInfo | null => {
  const distinct = new Set<NodeInfo>();
  for (const { nodes } of catalogs) {
    const info = nodes.get(classType);
    if (info !== undefined) distinct.add(info);
  }
  const [first] = distinct;
  if (first === undefined) return null;
  const base = home?.nodes.get(classType) ?? first;
  // The order of the values is that of the instances, whoever describes the class.
  const input = mergeSections(
    base['input'],
    [...distinct].map((info) => info['input']),
    rules,
  );
  return input === base['input'] ? base : { ...base, input };
};
