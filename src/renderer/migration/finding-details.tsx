import { Text } from '@mantine/core';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MigrationCandidate, MigrationFinding } from '#contract/models/migration.ts';
import { formatList } from '../text/format.ts';
import classes from './look.module.css';

interface Fact {
  readonly name: string;
  readonly value: string;
  readonly mono: boolean;
}

const factsOf = (t: TFunction, candidate: MigrationCandidate): readonly Fact[] => {
  const pid = candidate.runningPid === null ? '' : ` · ${t('migration.finding.pid', { pid: candidate.runningPid })}`;
  const fact = (name: string, value: string, mono = true): Fact => ({ name, value, mono });
  return [
    fact(t('migration.finding.programFolder'), candidate.comfyuiFolder),
    fact(t('migration.finding.python'), candidate.pythonPath),
    fact(t('migration.finding.address'), candidate.url === '' ? '' : `${candidate.url}${pid}`),
    fact(t('migration.finding.gpu'), candidate.gpuDevice === 'auto' ? '' : candidate.gpuDevice),
    fact(t('migration.finding.arguments'), candidate.arguments.join(' ')),
    fact(t('migration.finding.variables'), formatList(Object.keys(candidate.environmentVariables))),
    fact(t('migration.finding.modelFolders'), candidate.modelFolders.join('\n')),
    fact(t('migration.finding.nodeNames'), formatList(candidate.customNodes), false),
  ].filter(({ value }) => value !== '');
};

/** Everything that is known of a finding, for those who want to be sure that it is theirs. */
export const FindingDetails = ({ finding }: { readonly finding: MigrationFinding }): ReactNode => {
  const { t } = useTranslation();
  return (
    <div className={classes.details}>
      {finding.candidates.map((candidate) => (
        <section key={candidate.key}>
          {finding.candidates.length > 1 ? (
            <Text fw={600} className={classes.wrapping ?? ''}>
              {candidate.name}
            </Text>
          ) : null}
          <dl className={classes.facts}>
            {factsOf(t, candidate).map(({ name, value, mono }) => (
              <div key={name} className={classes.fact}>
                <dt>{name}</dt>
                <dd data-mono={mono}>{value}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
};
