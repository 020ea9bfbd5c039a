import { z } from 'zod';
import { instanceDraftSchema } from './instance.ts';

/** Starting values for a new instance: an example of the guide, or what somebody kept. */
export const instanceTemplateSchema = z.object({
  id: z.string().max(100),
  name: z.string().describe('What the template is called; the instance gets the name that stands in the draft'),
  kind: z.enum(['example', 'own']),
  savedAt: z.number().nullable().describe('Epoch milliseconds; null for an example'),
  draft: instanceDraftSchema,
  asks: z.array(z.string()).describe('Fields that only the user can fill in, e.g. customNodesPath'),
});
export type InstanceTemplate = z.infer<typeof instanceTemplateSchema>;

export const longestTemplateName = 200;
export const mostTemplates = 200;
