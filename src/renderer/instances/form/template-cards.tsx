import { ActionIcon, Button, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceTemplate } from '#contract/models/template.ts';
import { useInstances } from '../../studio-client/queries.ts';
import { useAnswer } from '../../studio-client/use-call.ts';
import { formatDuration, formatList } from '../../text/format.ts';
import { frame } from '../../theme/tokens.ts';
import { useSend } from '../use-instance-actions.tsx';
import { labelOf } from './field-labels.ts';
import { useInstanceForm } from './form-context.tsx';
import { type InstanceFormValues, valuesOf } from './form-values.ts';
import classes from './instance-form.module.css';
import { spokenTemplate } from './spoken-template.ts';
import { templateStart } from './starting-values.ts';

export const templatesKey = ['call', 'templates.list'] as const;
const firstPort = 8188;

/** What a template sets, in a few words. */
const useSummary = (): ((template: InstanceTemplate) => string) => {
  const { t } = useTranslation();
  return ({ draft }) =>
    [
      draft.port === undefined ? '' : t('instanceForm.templates.port', { port: draft.port }),
      draft.gpuDevice ?? '',
      draft.autoStart === true ? t('instanceForm.fields.autoStart.label') : '',
      (draft.maxConcurrentWorkflows ?? 1) > 1
        ? t('instanceForm.templates.atOnce', { count: draft.maxConcurrentWorkflows ?? 1 })
        : '',
      draft.timeoutMs === undefined || draft.timeoutMs === 300_000
        ? ''
        : t('instanceForm.templates.timeout', { time: formatDuration(draft.timeoutMs) }),
      ...(draft.extraArguments ?? []).filter((word) => word.startsWith('--')),
    ]
      .filter((part) => part !== '')
      .join(' · ');
};

/** Deletes at once, and keeps it again when one changes one's mind. */
const useForget = (): ((template: InstanceTemplate) => Promise<void>) => {
  const { t } = useTranslation();
  const send = useSend();
  const queries = useQueryClient();
  const renew = () => queries.invalidateQueries({ queryKey: templatesKey });
  return async (template) => {
    if ((await send('templates.delete', { templateId: template.id })) === undefined) return;
    await renew();
    const id = `template:${template.id}`;
    const undo = async (): Promise<void> => {
      notifications.hide(id);
      await send('templates.save', { name: template.name, draft: template.draft });
      await renew();
    };
    notifications.show({
      id,
      autoClose: 10_000,
      message: (
        <div className={classes.notice}>
          <Text className={classes.noticeText ?? ''}>
            {t('instanceForm.templates.deleted', { name: template.name })}
          </Text>
          <Button size="xs" variant="default" onClick={() => void undo()}>
            {t('instanceForm.templates.undo')}
          </Button>
        </div>
      ),
    });
  };
};

interface CardProps {
  readonly template: InstanceTemplate;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
  readonly onForget: () => void;
}

const TemplateCard = ({ template, isChosen, onChoose, onForget }: CardProps): ReactNode => {
  const { t } = useTranslation();
  const summary = useSummary();
  return (
    <li className={classes.template} data-chosen={isChosen}>
      <UnstyledButton className={classes.templateButton ?? ''} aria-pressed={isChosen} onClick={onChoose}>
        <Text fw={600} truncate dir="auto" title={template.name}>
          {template.name}
        </Text>
        <Text size="xs" c="dimmed" lineClamp={2}>
          {summary(template)}
        </Text>
      </UnstyledButton>
      {template.kind === 'own' ? (
        <Tooltip label={t('instanceForm.templates.delete', { name: template.name })}>
          <ActionIcon
            className={classes.templateDelete ?? ''}
            aria-label={t('instanceForm.templates.delete', { name: template.name })}
            onClick={onForget}
          >
            <IconTrash size={frame.iconSmall} aria-hidden />
          </ActionIcon>
        </Tooltip>
      ) : null}
    </li>
  );
};

/** The examples of the guide and the own templates, for a new instance to start from. */
export const TemplateCards = (): ReactNode => {
  const { t } = useTranslation();
  const { form } = useInstanceForm();
  const send = useSend();
  const forget = useForget();
  const instances = useInstances().data?.instances ?? [];
  const templates = (useAnswer('templates.list', {}).data?.templates ?? []).map(spokenTemplate);
  const [chosen, setChosen] = useState<{ template: InstanceTemplate; before: InstanceFormValues } | null>(null);
  if (templates.length === 0) return null;

  const choose = async (template: InstanceTemplate): Promise<void> => {
    const before = form.getValues();
    const answer = await send('instances.suggestPort', { from: template.draft.port ?? firstPort });
    const port = answer?.port ?? template.draft.port ?? firstPort;
    form.setValues(valuesOf(templateStart(template, instances, { ...before, port })));
    setChosen({ template, before: chosen?.before ?? before });
  };
  const goBack = (): void => {
    if (chosen !== null) form.setValues(chosen.before);
    setChosen(null);
  };
  const asks = chosen?.template.asks ?? [];
  return (
    <section className={classes.section} aria-label={t('instanceForm.templates.title')}>
      <Text size="sm" fw={500}>
        {t('instanceForm.templates.title')}
      </Text>
      <ul className={classes.templates}>
        {templates.map((template) => (
          <TemplateCard
            key={template.id}
            template={template}
            isChosen={template.id === chosen?.template.id}
            onChoose={() => void choose(template)}
            onForget={() => void forget(template)}
          />
        ))}
      </ul>
      <div className={classes.templateNote} aria-live="polite">
        {chosen === null ? null : (
          <>
            <Text size="xs">
              {asks.length === 0
                ? t('instanceForm.templates.filledIn', { name: chosen.template.name })
                : t('instanceForm.templates.asks', {
                    name: chosen.template.name,
                    fields: formatList(asks.map((field) => labelOf(field, t))),
                  })}
            </Text>
            <Button size="compact-xs" variant="default" onClick={goBack}>
              {t('instanceForm.templates.undo')}
            </Button>
          </>
        )}
      </div>
    </section>
  );
};
