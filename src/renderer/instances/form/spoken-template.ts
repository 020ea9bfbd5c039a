import type { InstanceTemplate } from '#contract/models/template.ts';
import { instanceForm } from '../../text/en/instance-form.ts';
import { pageTexts } from '../../text/page-texts.ts';

/** A template as it is offered: an example has its name, and the instance made of it, in the language of the page. */
export const spokenTemplate = (template: InstanceTemplate): InstanceTemplate => {
  const names: Readonly<Record<string, string>> = pageTexts('instanceForm', instanceForm).templates.examples;
  const name = template.kind === 'example' && Object.hasOwn(names, template.id) ? names[template.id] : undefined;
  return name === undefined ? template : { ...template, name, draft: { ...template.draft, name } };
};
