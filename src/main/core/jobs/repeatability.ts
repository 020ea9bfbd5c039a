import type { Settings } from '#contract/models/settings.ts';
import type { NodeCatalogs } from './node-catalogs.ts';

/** What is known of a graph's classes: `unknown` where no instance has told of one of them, and none that is known acts outside ComfyUI. */
export type Repeatability = 'repeatable' | 'acts-outside' | 'unknown';

/** Whether a graph with these classes may be run again by itself once it may have begun, as far as anybody knows now. */
export type ReadRepeatability = (classTypes: readonly string[]) => Repeatability;

export interface RepeatabilityDependencies {
  readonly catalogs: Pick<NodeCatalogs, 'catalogs'>;
  readonly settings: () => Pick<Settings, 'gatewayUnrepeatableClasses'>;
}

/**
 * Classes of paid services are marked by ComfyUI itself (`api_node`, comfyui-protocol.md 4.10); no mark tells of those that call a
 * webhook or send a message, so the user names them.
 */
export const createReadRepeatability =
  ({ catalogs, settings }: RepeatabilityDependencies): ReadRepeatability =>
  (classTypes) => {
    const known = catalogs.catalogs();
    const listed = new Set(settings().gatewayUnrepeatableClasses);
    const actsOutside = (classType: string): boolean =>
      listed.has(classType) || known.some(({ nodes }) => nodes.get(classType)?.['api_node'] === true);
    if (classTypes.some(actsOutside)) return 'acts-outside';
    const isKnown = (classType: string): boolean => known.some(({ classes }) => classes.has(classType));
    return classTypes.every(isKnown) ? 'repeatable' : 'unknown';
  };
