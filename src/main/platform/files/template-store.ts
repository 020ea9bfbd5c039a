import { z } from 'zod';
import { instanceTemplateSchema } from '#contract/models/template.ts';
import type { TemplateDocument, TemplateStore } from '#core/ports/stores.ts';
import { createDocumentStore, type DocumentStoreDependencies } from './document-store.ts';
import type { DocumentDefinition } from './stored-document.ts';

export const templateDefinition: DocumentDefinition<TemplateDocument> = {
  name: 'templates',
  schema: z.object({ templates: z.array(instanceTemplateSchema) }),
  upgrades: [],
  empty: { templates: [] },
};

/** The own templates, in `<data folder>/templates.json`. */
export const createTemplateStore = (dependencies: DocumentStoreDependencies): TemplateStore =>
  createDocumentStore(templateDefinition, dependencies);
