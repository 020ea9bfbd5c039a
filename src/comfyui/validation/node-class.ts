import { readInputs } from './dynamic-inputs.ts';
import type { InputConfig } from './input-config.ts';

/** JSON of one class in GET /object_info (comfyui-protocol.md 4.10). */
export type NodeInfo = Readonly<Record<string, unknown>>;

/** VALIDATE_INPUTS of a class. */
export interface CustomValidation {
  /** The inputs that it looks at: it replaces the checks of their values, and is not asked while one is missing. */
  readonly inputNames: readonly string[];
  /** True, or the reason; '' for a refusal without one. Of linked inputs it sees null. May raise, as Python does. */
  check(inputs: Readonly<Record<string, unknown>>): true | string;
}

/** What the validation has to know of a class. */
export interface NodeClass {
  /** Types by slot. Custom nodes may give a list of options as a type. */
  readonly outputTypes: readonly unknown[];
  readonly isOutputNode: boolean;
  /** Declared inputs, the required ones first; `given` decides which those are that other inputs bring. */
  inputs(given: Readonly<Record<string, unknown>>): readonly InputConfig[];
  readonly customValidation?: CustomValidation | undefined;
  /**
   * The class may have checks of its own that its description does not show. Whatever such checks can replace is taken: values beyond
   * limits and lists, links of other types, and slots beyond those that are declared.
   */
  readonly isLoose?: boolean;
}

/** Finds a class by its name; undefined for one that is not there. */
export type ClassLookup = (classType: string) => NodeClass | undefined;

/** Reads what a class says of itself; whatever does not fit is taken as not said. */
export const readNodeClass = (info: NodeInfo, customValidation?: CustomValidation): NodeClass => ({
  outputTypes: Array.isArray(info.output) ? info.output : [],
  isOutputNode: info.output_node === true,
  inputs: readInputs(info.input),
  customValidation,
});
