import { Badge, Radio, Stack, Switch } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportChoice, ImportEntry } from '#contract/models/configuration.ts';
import { describeProblem } from '../../text/describe-problem.ts';
import { ChangeList } from './change-list.tsx';
import classes from './exchange.module.css';

interface EntryProps {
  readonly entry: ImportEntry;
  readonly choice: ImportChoice | undefined;
  readonly onChoose: (choice: ImportChoice | undefined) => void;
}

type Proposal = ImportEntry['proposals'][number];

const keyOf = (proposal: Proposal): string =>
  proposal.kind === 'update' ? `update ${proposal.instanceId}` : proposal.kind;

const choiceOf = (proposal: Proposal): ImportChoice => {
  switch (proposal.kind) {
    case 'create':
      return { action: 'create', name: proposal.name, port: proposal.port };
    case 'update':
      return { action: 'update', instanceId: proposal.instanceId };
    case 'skip':
      return { action: 'skip' };
  }
};

/** The ways out of a clash; the studio says them once, so they stay to choose from when one of them was taken. */
const Proposals = ({ entry, choice, onChoose }: EntryProps): ReactNode => {
  const { t } = useTranslation();
  const wordsOf = (proposal: Proposal): string => {
    if (proposal.kind === 'create') {
      return t('exchange.import.proposal.create', { name: proposal.name, port: proposal.port });
    }
    if (proposal.kind === 'update') return t('exchange.import.proposal.update', { instance: proposal.instanceName });
    return t('exchange.import.proposal.skip');
  };
  const chosen =
    choice === undefined || choice.action === undefined
      ? 'create'
      : choice.action === 'update'
        ? `update ${choice.instanceId ?? ''}`
        : choice.action;
  return (
    <Radio.Group
      aria-label={t('exchange.import.choose', { name: entry.name })}
      value={chosen}
      onChange={(key) => {
        const proposal = entry.proposals.find((each) => keyOf(each) === key);
        if (proposal !== undefined) onChoose(choiceOf(proposal));
      }}
    >
      <Stack gap="xs">
        {entry.proposals.map((proposal) => (
          <Radio key={keyOf(proposal)} value={keyOf(proposal)} label={wordsOf(proposal)} />
        ))}
      </Stack>
    </Radio.Group>
  );
};

/** One entry of a file: what becomes of it, why, and what else could. */
export const ImportEntryRow = ({ entry, choice, onChoose }: EntryProps): ReactNode => {
  const { t } = useTranslation();
  const { name, action, port, clashes, problems, changes } = entry;
  const canBeLeftOut =
    entry.proposals.length === 0 && (action === 'create' || action === 'update' || action === 'skip');
  return (
    <li className={classes.entry} data-muted={action === 'unchanged' || action === 'skip'}>
      <div className={classes.head}>
        <span className={classes.name} title={name} translate="no">
          {name}
        </span>
        {port === null ? null : <span className={classes.quiet}>{t('exchange.import.port', { port })}</span>}
        <Badge className={classes.action ?? ''} data-action={action}>
          {t(`exchange.import.actions.${action}`)}
        </Badge>
        {canBeLeftOut ? (
          <Switch
            size="xs"
            aria-label={t('exchange.import.take', { name })}
            checked={action !== 'skip'}
            onChange={({ currentTarget }) => onChoose(currentTarget.checked ? undefined : { action: 'skip' })}
          />
        ) : null}
      </div>
      {clashes.map(({ kind, value, instanceName }) => (
        <p key={kind} className={classes.clash}>
          {t(`exchange.import.clash.${kind}`, { value, instance: instanceName })}
        </p>
      ))}
      {entry.proposals.length === 0 ? null : <Proposals entry={entry} choice={choice} onChoose={onChoose} />}
      <ChangeList changes={changes} name={name} />
      {entry.disabled ? <p className={classes.clash}>{t('exchange.import.disabled')}</p> : null}
      {problems.length === 0 ? null : (
        <ul className={classes.problems}>
          {problems.map((problem) => (
            <li key={`${problem.field} ${problem.code}`}>{describeProblem(problem)}</li>
          ))}
        </ul>
      )}
      {entry.restartNeeded ? <p className={classes.quiet}>{t('exchange.import.restart')}</p> : null}
    </li>
  );
};
