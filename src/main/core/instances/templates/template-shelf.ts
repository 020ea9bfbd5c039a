import { StudioError } from '#contract/errors.ts';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import type { Notice } from '#contract/models/studio.ts';
import { type InstanceTemplate, mostTemplates } from '#contract/models/template.ts';
import type { MakeId } from '../../ports/clock.ts';
import type { TemplateStore } from '../../ports/stores.ts';
import { exampleTemplates } from './example-templates.ts';
import { templateOf } from './template-of.ts';

/** The templates of the user, kept on the disk, beside the examples. Changes run one after the other. */
export interface TemplateShelf {
  list(): Promise<readonly InstanceTemplate[]>;
  /** TEMPLATE_NAME_TAKEN, unless it takes the place of the one with that name. */
  save(request: {
    readonly name: string;
    readonly configuration: InstanceConfiguration;
    readonly replaces: string | undefined;
  }): Promise<{ readonly template: InstanceTemplate; readonly leftOut: readonly string[] }>;
  remove(templateId: string): Promise<InstanceTemplate>;
}

const sameName = (first: string, second: string): boolean =>
  first.trim().toLocaleLowerCase('en') === second.trim().toLocaleLowerCase('en');

export const createTemplateShelf = (dependencies: {
  readonly store: TemplateStore;
  readonly makeId: MakeId;
  readonly now: () => number;
  readonly onNotice: (notice: Notice) => void;
}): TemplateShelf => {
  const { store, makeId, now, onNotice } = dependencies;
  let known: readonly InstanceTemplate[] | null = null;
  let last: Promise<unknown> = Promise.resolve();

  const inOrder = <Result>(task: () => Promise<Result>): Promise<Result> => {
    const result = last.then(task);
    last = result.catch(() => null);
    return result;
  };

  const load = async (): Promise<readonly InstanceTemplate[]> => {
    if (known !== null) return known;
    const { document, notices } = await store.load();
    for (const notice of notices) onNotice(notice);
    known = document.templates;
    return known;
  };

  const keep = async (templates: readonly InstanceTemplate[]): Promise<void> => {
    await store.save({ templates });
    known = templates;
  };

  const find = (templates: readonly InstanceTemplate[], templateId: string): InstanceTemplate => {
    const template = templates.find(({ id }) => id === templateId);
    if (template === undefined) throw new StudioError('TEMPLATE_NOT_FOUND', undefined, { details: { templateId } });
    return template;
  };

  return {
    list: () =>
      inOrder(async () => {
        const own = await load();
        return [...exampleTemplates, ...own.toSorted((first, second) => first.name.localeCompare(second.name, 'en'))];
      }),
    save: ({ name, configuration, replaces }) =>
      inOrder(async () => {
        const own = await load();
        const replaced = replaces === undefined ? null : find(own, replaces);
        const others = own.filter((template) => template !== replaced);
        const same = others.find((template) => sameName(template.name, name));
        if (same !== undefined) {
          throw new StudioError('TEMPLATE_NAME_TAKEN', undefined, {
            details: { name: same.name, templateId: same.id },
          });
        }
        if (others.length >= mostTemplates) {
          throw new StudioError('INPUT_TOO_LARGE', `There are ${mostTemplates} templates already.`, {
            details: { limit: mostTemplates },
          });
        }
        const { draft, leftOut } = templateOf(configuration);
        const id = replaced?.id ?? `template-${makeId()}`;
        const template: InstanceTemplate = { id, name, kind: 'own', savedAt: now(), draft, asks: [] };
        await keep([...others, template]);
        return { template, leftOut };
      }),
    remove: (templateId) =>
      inOrder(async () => {
        const own = await load();
        const removed = find(own, templateId);
        await keep(own.filter((template) => template !== removed));
        return removed;
      }),
  };
};
