import { z } from 'zod';
import { defineCall } from '../define.ts';
import { instanceDraftSchema, instanceIdSchema } from '../models/instance.ts';
import { instanceTemplateSchema, longestTemplateName } from '../models/template.ts';

const templateId = z.string().max(100);

/** Calls about starting values for new instances. */
export const templateCalls = {
  'templates.list': defineCall({
    summary: 'The examples of the guide, then the own templates by name.',
    input: z.object({}),
    output: z.object({ templates: z.array(instanceTemplateSchema) }),
    errors: ['STORE_NEWER_VERSION'],
    access: 'read',
  }),
  'templates.save': defineCall({
    summary:
      'Keeps the values of a draft as a template. Secrets, and folders that belong to one instance alone, are left out and named.',
    input: z.strictObject({
      name: z.string().trim().min(1).max(longestTemplateName),
      draft: instanceDraftSchema,
      instanceId: instanceIdSchema.optional().describe('The stored instance that the draft changes'),
      replaces: templateId.optional().describe('The own template whose place it takes'),
    }),
    output: z.object({ template: instanceTemplateSchema, leftOut: z.array(z.string()) }),
    errors: [
      'INSTANCE_NOT_FOUND',
      'TEMPLATE_NOT_FOUND',
      'TEMPLATE_NAME_TAKEN',
      'INPUT_TOO_LARGE',
      'STORE_NEWER_VERSION',
      'STORE_WRITE_FAILED',
    ],
    access: 'admin',
  }),
  'templates.delete': defineCall({
    summary: 'Forgets an own template and answers it, so that it can be kept again.',
    input: z.strictObject({ templateId }),
    output: z.object({ template: instanceTemplateSchema }),
    errors: ['TEMPLATE_NOT_FOUND', 'STORE_NEWER_VERSION', 'STORE_WRITE_FAILED'],
    access: 'admin',
  }),
} as const;
