import type { NodeCatalog } from '#core/ports/comfy-reader.ts';
import type { OutputKnowledge } from './output-nodes.ts';

/** What the instances told about the classes of a graph. */
export interface WorkflowKnowledge {
  /** What an input with a list of values offers; null where nobody knows such an input. */
  combo(classType: string, inputName: string): ReadonlySet<string> | null;
  readonly isOutput: OutputKnowledge;
}

export const nothingKnownOfClasses: WorkflowKnowledge = { combo: () => null, isOutput: () => null };

/** What several instances told together. Of a list that they have in different lengths the longest says most about what it is for. */
export const knowledgeOf = (catalogs: readonly NodeCatalog[]): WorkflowKnowledge => ({
  combo: (classType, inputName) => {
    let longest: ReadonlySet<string> | null = null;
    for (const { combos } of catalogs) {
      const values = combos.get(classType)?.get(inputName);
      if (values !== undefined && (longest === null || values.size > longest.size)) longest = values;
    }
    return longest;
  },
  isOutput: (classType) => {
    const holders = catalogs.filter(({ classes }) => classes.has(classType));
    return holders.length === 0 ? null : holders.some(({ outputClasses }) => outputClasses.has(classType));
  },
});
