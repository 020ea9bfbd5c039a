import { Badge, Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CandidateScore, Placement } from '#contract/models/placement.ts';
import { formatList, formatRoughly } from '../../text/format.ts';
import { useInstanceName } from '../job-facts.tsx';
import { describeRejection } from './describe-rejection.ts';
import classes from './details.module.css';

export const costParts = ['wait', 'start', 'load', 'run'] as const;
type CostPart = (typeof costParts)[number];

/** What a job costs on one instance, part by part, in milliseconds. */
export const costsOf = (score: CandidateScore): Readonly<Record<CostPart, number>> => ({
  wait: score.waitMs,
  start: score.startMs,
  load: score.loadMs,
  run: score.runMs,
});

/** Zero costs nothing and is not "about 5 s". */
const formatCost = (milliseconds: number): string => (milliseconds < 500 ? '–' : formatRoughly(milliseconds));

/** Reasons that the bars show: the wait, or the later finish. */
const toldByFigures: readonly string[] = ['no-free-slot', 'not-preferred'];

interface RowProps {
  readonly score: CandidateScore;
  readonly mark: 'chosen' | 'waitsFor' | null;
  /** What else speaks against it; null where the figures say it all. */
  readonly note: string | null;
  readonly longestMs: number;
}

const CandidateRow = ({ score, mark, note, longestMs }: RowProps): ReactNode => {
  const { t } = useTranslation();
  const name = useInstanceName(score.instanceId) ?? score.instanceId;
  const costs = costsOf(score);
  const words = {
    name,
    wait: formatCost(costs.wait),
    start: formatCost(costs.start),
    load: formatCost(costs.load),
    run: formatCost(costs.run),
    finish: formatCost(score.finishMs),
  };
  return (
    <Table.Tr data-chosen={mark !== null}>
      <Table.Td className={classes.candidate ?? ''}>
        <span className={classes.candidateName}>
          <span className={classes.ellipsis} title={name}>
            {name}
          </span>
          {mark === null ? null : <Badge className={classes.chosen ?? ''}>{t(`placement.${mark}`)}</Badge>}
        </span>
        <span className={classes.bar} role="img" aria-label={t('placement.barLabel', words)}>
          {costParts.map((part) => (
            <span
              key={part}
              className={classes.barPart}
              data-part={part}
              style={{ inlineSize: `${longestMs === 0 ? 0 : (costs[part] / longestMs) * 100}%` }}
            />
          ))}
        </span>
        {score.missingModels.length === 0 ? null : (
          <span className={classes.missing} title={score.missingModels.join('\n')}>
            {t('placement.loads', { models: formatList(score.missingModels) })}
          </span>
        )}
        {note === null ? null : <span className={classes.missing}>{note}</span>}
      </Table.Td>
      {costParts.map((part) => (
        <Table.Td key={part} className={classes.cost ?? ''}>
          {formatCost(costs[part])}
        </Table.Td>
      ))}
      <Table.Td className={classes.finish ?? ''}>{formatCost(score.finishMs)}</Table.Td>
    </Table.Tr>
  );
};

/** Every instance that can run the job, the earliest finish first, with its costs as a bar and in figures. */
export const CandidateTable = ({ placement }: { placement: Placement }): ReactNode => {
  const { t } = useTranslation();
  const scores = placement.scores.toSorted((a, b) => a.finishMs - b.finishMs);
  const longestMs = Math.max(...scores.map(({ finishMs }) => finishMs));
  const markOf = (instanceId: string): RowProps['mark'] =>
    instanceId === placement.instanceId ? 'chosen' : instanceId === placement.waitsFor ? 'waitsFor' : null;
  const noteOf = (instanceId: string): string | null => {
    const rejection = placement.rejected.find((one) => one.instanceId === instanceId);
    return rejection === undefined || toldByFigures.includes(rejection.reason) ? null : describeRejection(rejection);
  };
  return (
    <Table className={classes.candidates ?? ''} aria-label={t('placement.candidates')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('placement.columns.instance')}</Table.Th>
          {costParts.map((part) => (
            <Table.Th key={part} className={classes.cost ?? ''}>
              <span className={classes.legend} data-part={part} aria-hidden />
              {t(`placement.columns.${part}`)}
            </Table.Th>
          ))}
          <Table.Th className={classes.finish ?? ''}>{t('placement.columns.finish')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {scores.map((score) => (
          <CandidateRow
            key={score.instanceId}
            score={score}
            mark={markOf(score.instanceId)}
            note={noteOf(score.instanceId)}
            longestMs={longestMs}
          />
        ))}
      </Table.Tbody>
    </Table>
  );
};
