import { Alert, Button, Code, CopyButton, Group, Stack, Text, Title, Tooltip } from '@mantine/core';
import { IconPencil, IconReload } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceView } from '#contract/models/instance.ts';
import { ErrorPanel } from '../components/error-panel.tsx';
import { StateBadge } from '../components/state-badge.tsx';
import { quoteArguments } from '../instances/form/quote-arguments.ts';
import { cardActions } from '../instances/instance-presentation.ts';
import { useInstanceActions } from '../instances/use-instance-actions.tsx';
import { useAnswer } from '../studio-client/use-call.ts';
import { formatList } from '../text/format.ts';
import { frame } from '../theme/tokens.ts';
import classes from './configuration.module.css';
import { type ShownGroup, shownGroups } from './configuration-values.ts';
import { fieldName } from './field-names.ts';

interface Effects {
  readonly pending: readonly string[];
  readonly atStart: readonly string[];
}

const ValueGroup = ({ group, effects }: { group: ShownGroup; effects: Effects }): ReactNode => {
  const { t } = useTranslation();
  return (
    <section className={classes.group} aria-label={group.title}>
      <Title order={2} size="h3">
        {group.title}
      </Title>
      <dl className={classes.values}>
        {group.values.map(({ field, label, value, mono }) => (
          <div key={label} className={classes.value}>
            <dt>
              {label}
              {effects.atStart.includes(field) ? (
                <Tooltip label={t('instancePage.configuration.atStart')}>
                  <IconReload
                    size={frame.iconSmall}
                    className={classes.sign}
                    aria-label={t('instancePage.configuration.atStart')}
                  />
                </Tooltip>
              ) : null}
            </dt>
            <dd data-mono={mono}>
              <bdi>{value}</bdi>
              {effects.pending.includes(field) ? (
                <StateBadge colour="changing">{t('instancePage.configuration.pending')}</StateBadge>
              ) : null}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
};

const Pending = ({ view, pending }: { view: InstanceView; pending: readonly string[] }): ReactNode => {
  const { t } = useTranslation();
  const act = useInstanceActions();
  const possible = cardActions(view, null);
  if (pending.length === 0) return null;
  const fields = formatList(pending.map((field) => fieldName(field, t)));
  return (
    <Alert
      color="amber"
      title={t('instancePage.configuration.restartNeeded', { count: pending.length, fields })}
      role="status"
    >
      <Text size="sm">{t('instancePage.configuration.restartMeans')}</Text>
      <Group gap="xs" mt="xs">
        {possible.includes('drainRestart') ? (
          <Button size="xs" onClick={() => act(view, 'drainRestart')}>
            {t('instancePage.configuration.drainRestart')}
          </Button>
        ) : null}
        {possible.includes('restart') ? (
          <Button
            size="xs"
            variant={possible.includes('drainRestart') ? 'default' : 'filled'}
            onClick={() => act(view, 'restart')}
          >
            {t('instancePage.configuration.restart')}
          </Button>
        ) : null}
      </Group>
    </Alert>
  );
};

/** Text that may scroll within itself, so that the keyboard must reach it. */
const CodeBox = ({ label, text }: { label: string; text: string }): ReactNode => (
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
  <Code block className={classes.code ?? ''} tabIndex={0} role="group" aria-label={label}>
    {text}
  </Code>
);

const Command = ({ view }: { view: InstanceView }): ReactNode => {
  const { t } = useTranslation();
  const { id, name, kind } = view.configuration;
  const preview = useAnswer(
    'instances.previewLaunch',
    { draft: { name }, instanceId: id },
    { enabled: kind === 'local' },
  );
  if (kind === 'remote') return <Text c="dimmed">{t('instanceForm.preview.remote')}</Text>;
  const { data, error } = preview;
  if (data === undefined) {
    return error === null ? null : (
      <ErrorPanel error={error} title={t('instancePage.configuration.failed')}>
        <Button onClick={() => void preview.refetch()}>{t('frame.actions.retry')}</Button>
      </ErrorPanel>
    );
  }
  const command = quoteArguments([data.command, ...data.arguments]);
  const environment = Object.entries(data.environment)
    .map(([variable, value]) => `${variable}=${value}`)
    .join('\n');
  return (
    <section className={classes.group} aria-label={t('instanceForm.preview.title')}>
      <Group justify="space-between" gap="xs">
        <div>
          <Title order={2} size="h3">
            {t('instanceForm.preview.title')}
          </Title>
          <Text size="xs" c="dimmed">
            {t('instanceForm.preview.help')}
          </Text>
        </div>
        <CopyButton value={command}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" onClick={copy}>
              {copied ? t('frame.actions.copied') : t('instancePage.configuration.copyCommand')}
            </Button>
          )}
        </CopyButton>
      </Group>
      <CodeBox label={t('instanceForm.preview.title')} text={command} />
      <Text size="xs" c="dimmed">{`${t('instanceForm.preview.folder')}: ${data.workingFolder}`}</Text>
      <Title order={3} size="h4" mt="xs">
        {t('instanceForm.preview.environment')}
      </Title>
      <CodeBox
        label={t('instanceForm.preview.environment')}
        text={environment === '' ? t('instancePage.configuration.noEnvironment') : environment}
      />
    </section>
  );
};

/** Everything that was decided about the instance, to read; and the exact command that comes of it. */
export const ConfigurationTab = ({ view }: { view: InstanceView }): ReactNode => {
  const { t } = useTranslation();
  const act = useInstanceActions();
  const { configuration } = view;
  // A change of the configuration or of the process is another question.
  const answer = useAnswer('instances.restartNeeded', { instanceId: configuration.id }, { refetchIntervalMs: 5000 });
  const effects: Effects = {
    pending: view.pid === null ? [] : (answer.data?.fields ?? []),
    atStart: configuration.kind === 'local' ? (answer.data?.atStart ?? []) : [],
  };
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="sm">
        <Text size="xs" c="dimmed" className={classes.hint ?? ''}>
          {effects.atStart.length === 0 ? null : (
            <>
              <IconReload size={frame.iconSmall} aria-hidden />
              {t('instancePage.configuration.atStartMeans')}
            </>
          )}
        </Text>
        <Button leftSection={<IconPencil size={frame.iconSmall} aria-hidden />} onClick={() => act(view, 'edit')}>
          {t('instancePage.configuration.edit')}
        </Button>
      </Group>
      <Pending view={view} pending={effects.pending} />
      <div className={classes.groups}>
        {shownGroups(configuration, t).map((group) => (
          <ValueGroup key={group.title} group={group} effects={effects} />
        ))}
      </div>
      <Command view={view} />
    </Stack>
  );
};
