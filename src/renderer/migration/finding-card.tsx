import { Button, Checkbox, Collapse, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { MigrationFinding } from '#contract/models/migration.ts';
import { StateBadge } from '../components/state-badge.tsx';
import { frame } from '../theme/tokens.ts';
import { FindingDetails } from './finding-details.tsx';
import { findingFacts } from './finding-facts.ts';
import classes from './look.module.css';
import { findingSentence } from './migration-sentences.ts';
import { RemarkList } from './remark-list.tsx';
import { isUsable } from './use-scan.ts';

interface FindingCardProps {
  readonly finding: MigrationFinding;
  readonly isChosen: boolean;
  readonly onChoose: (isChosen: boolean) => void;
}

/** Remarks about what one would not have asked for stay in the details. */
const quietCodes = new Set(['same-install', 'secret-kept-apart']);

/** One place: what it is, where, what is in it, and whether it becomes instances. */
export const FindingCard = ({ finding, isChosen, onChoose }: FindingCardProps): ReactNode => {
  const { t } = useTranslation();
  const id = useId();
  const [open, { toggle }] = useDisclosure(false);
  const usable = isUsable(finding);
  const runs = finding.candidates.some(({ runningPid }) => runningPid !== null);
  const remarks = finding.remarks.map((remark) => ({ ...remark, text: findingSentence(remark) }));
  const ToggleIcon = open ? IconChevronUp : IconChevronDown;
  return (
    <article
      className={classes.finding}
      data-chosen={isChosen}
      data-usable={usable}
      aria-label={t('migration.finding.label', finding)}
    >
      {usable ? (
        <Checkbox
          id={id}
          checked={isChosen}
          onChange={({ currentTarget }) => onChoose(currentTarget.checked)}
          aria-label={t('migration.finding.label', finding)}
        />
      ) : (
        <span className={classes.noChoice} />
      )}
      <div className={classes.findingBody}>
        <label className={classes.findingHead} htmlFor={usable ? id : undefined}>
          <span className={classes.findingTitle}>{finding.title}</span>
          <span className={classes.findingKind}>{t(`migration.kinds.${finding.kind}`)}</span>
          {finding.version === '' ? null : (
            <span className={classes.findingKind}>{t('migration.finding.version', { version: finding.version })}</span>
          )}
          {runs ? <StateBadge colour="running">{t('migration.finding.runs')}</StateBadge> : null}
        </label>
        <div className={classes.findingPath} title={finding.location}>
          {finding.location}
        </div>
        {usable ? (
          <Text size="sm">{findingFacts(t, finding).join(' · ')}</Text>
        ) : (
          <Text size="sm">{t('migration.finding.nothing')}</Text>
        )}
        <RemarkList remarks={remarks.filter(({ code }) => !quietCodes.has(code))} />
        <Collapse expanded={open}>
          <RemarkList remarks={remarks.filter(({ code }) => quietCodes.has(code))} />
          <FindingDetails finding={finding} />
        </Collapse>
      </div>
      {usable ? (
        <Button
          variant="subtle"
          color="gray"
          size="xs"
          aria-expanded={open}
          rightSection={<ToggleIcon size={frame.iconSmall} aria-hidden />}
          onClick={toggle}
        >
          {t(open ? 'migration.finding.less' : 'migration.finding.more')}
        </Button>
      ) : null}
    </article>
  );
};
