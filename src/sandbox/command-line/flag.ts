/** How a flag takes its values, in the terms of the argument parser that ComfyUI uses. */
export type FlagArity =
  | { readonly kind: 'switch' }
  | { readonly kind: 'one' }
  /** One value or none; `bare` stands for the flag without a value. */
  | { readonly kind: 'optional'; readonly bare: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'at-least-one' }
  /** Between `min` and `max` values. */
  | { readonly kind: 'between'; readonly min: number; readonly max: number };

/** The check a value has to pass; its words are those of the refusal. */
export type FlagValue =
  | 'text'
  | 'int'
  | 'float'
  | 'existing-directory'
  /** With `enumName` the refusal names that instead of the choices. */
  | { readonly oneOf: readonly string[]; readonly enumName?: string };

/** One row of the flag table; usage, help and parser are all made from it. */
export interface Flag {
  readonly name: `--${string}`;
  readonly arity: FlagArity;
  readonly value: FlagValue;
  /** How the value is called in usage and help. */
  readonly metavar: string;
  readonly help: string;
  /** Of the flags of one group at most one may be given. */
  readonly exclusiveGroup?: string;
  /** What is wrong with the values of one use taken together; null = nothing. */
  readonly problemOf?: (values: readonly string[]) => string | null;
  /** Given again, the values of all are kept; otherwise the last one wins. */
  readonly repeatable?: boolean;
}

/** A flag without a value. */
export const switchFlag = (name: Flag['name'], help: string, exclusiveGroup?: string): Flag => ({
  name,
  arity: { kind: 'switch' },
  value: 'text',
  metavar: '',
  help,
  ...(exclusiveGroup === undefined ? {} : { exclusiveGroup }),
});

/** A flag with exactly one value. */
export const valueFlag = (name: Flag['name'], metavar: string, help: string, value: FlagValue = 'text'): Flag => ({
  name,
  arity: { kind: 'one' },
  value,
  metavar,
  help,
});
