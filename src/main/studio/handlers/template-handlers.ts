import type { templateCalls } from '#contract/calls/templates.ts';
import type { CallHandlers } from '#contract/handlers.ts';
import type { DraftDesk } from '#core/instances/configuration/draft-desk.ts';
import type { Fleet } from '#core/instances/fleet-interface.ts';
import type { TemplateShelf } from '#core/instances/templates/template-shelf.ts';

export const createTemplateHandlers = (parts: {
  readonly shelf: TemplateShelf;
  readonly desk: Pick<DraftDesk, 'complete'>;
  readonly fleet: Pick<Fleet, 'get'>;
}): Pick<CallHandlers, keyof typeof templateCalls> => {
  const { shelf, desk, fleet } = parts;
  return {
    'templates.list': async () => ({ templates: [...(await shelf.list())] }),
    'templates.save': async ({ name, draft, instanceId, replaces }) => {
      const existing = instanceId === undefined ? null : fleet.get(instanceId).configuration;
      const configuration = desk.complete(draft, existing);
      const { template, leftOut } = await shelf.save({ name, configuration, replaces });
      return { template, leftOut: [...leftOut] };
    },
    'templates.delete': async ({ templateId }) => ({ template: await shelf.remove(templateId) }),
  };
};
