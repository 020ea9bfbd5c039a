import { z } from 'zod';
import { errorCodeSchema, wireErrorSchema } from '#contract/errors.ts';
import * as gpu from '#contract/models/gpu.ts';
import * as instance from '#contract/models/instance.ts';
import * as job from '#contract/models/job.ts';
import * as settings from '#contract/models/settings.ts';
import * as studio from '#contract/models/studio.ts';
import * as workflow from '#contract/models/workflow.ts';
import { logChunkSchema } from '#contract/topics.ts';
import { noteOf, typeText } from './type-text.ts';

/** `instanceViewSchema` is called InstanceView on the page, as its type is in the code. */
const nameOf = (exported: string): string =>
  exported.charAt(0).toUpperCase() + exported.slice(1).replace(/Schema$/, '');

/** Every named schema of the contract. */
const namedSchemas = (): ReadonlyMap<string, z.ZodType> => {
  const named = new Map<string, z.ZodType>();
  for (const [exported, value] of Object.entries({
    wireErrorSchema,
    ...studio,
    ...settings,
    ...gpu,
    ...instance,
    ...job,
    ...workflow,
    logChunkSchema,
    errorCodeSchema,
  })) {
    if (value instanceof z.ZodType) named.set(nameOf(exported), value);
  }
  return named;
};

/** Writes schemas as text; a schema with a name of its own is written once, as a model, and named everywhere else. */
export interface ModelText {
  /** The type of an input, an output, a state or an event. */
  of(schema: z.ZodType): string;
  /** The named schemas by name, in alphabetical order. */
  readonly models: readonly { readonly name: string; readonly text: string }[];
}

export const createModelText = (): ModelText => {
  const named = namedSchemas();
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of named) registry.add(schema, { id });

  const definitions = (schema: z.ZodType): z.core.JSONSchema.JSONSchema =>
    z.toJSONSchema(schema, {
      io: 'input',
      unrepresentable: 'any',
      metadata: registry,
      override: ({ zodSchema, jsonSchema }) => {
        const description = z.globalRegistry.get(zodSchema)?.description;
        if (description !== undefined) jsonSchema.description = description;
      },
    });
  const of = (schema: z.ZodType): string => {
    const own = registry.get(schema)?.id;
    return own ?? typeText(definitions(schema));
  };
  // Inside a member of a wrapper the model stands as a definition; wrapped once, it is written out whole.
  const models = [...named]
    .filter(([name]) => name !== 'ErrorCode')
    .map(([name, schema]) => ({ name, text: aliasText(name, definitions(z.tuple([schema])).$defs?.[name]) }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  return { of, models };
};

const aliasText = (name: string, schema: z.core.JSONSchema._JSONSchema | undefined): string => {
  const note = schema === undefined ? '' : noteOf(schema);
  return `${note === '' ? '' : `// ${note}\n`}type ${name} = ${typeText(schema)}`;
};
