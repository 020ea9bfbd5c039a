import { Button, Text, Title } from '@mantine/core';
import { IconArrowRight, IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MigrationFinding } from '#contract/models/migration.ts';
import { ErrorPanel } from '../components/error-panel.tsx';
import { formatDuration } from '../text/format.ts';
import { frame } from '../theme/tokens.ts';
import { FindingCard } from './finding-card.tsx';
import classes from './look.module.css';
import { ScanProgress } from './scan-progress.tsx';
import { isUsable, type Scan, useChosenIds, useScan } from './use-scan.ts';
import { Ways } from './ways.tsx';
import { useWizard } from './wizard-context.tsx';
import { WizardFooter } from './wizard-footer.tsx';

const AgainButton = ({ onAgain }: { readonly onAgain: () => void }): ReactNode => {
  const { t } = useTranslation();
  return (
    <Button
      variant="subtle"
      color="gray"
      size="xs"
      leftSection={<IconRefresh size={frame.iconSmall} aria-hidden />}
      onClick={onAgain}
    >
      {t('migration.look.again')}
    </Button>
  );
};

interface FoundProps {
  readonly findings: readonly MigrationFinding[];
  readonly durationMs: number;
  readonly chosenIds: readonly string[];
  readonly onAgain: () => void;
}

const Found = ({ findings, durationMs, chosenIds, onAgain }: FoundProps): ReactNode => {
  const { t } = useTranslation();
  const choose = useWizard((state) => state.choose);
  const ordered = [...findings.filter(isUsable), ...findings.filter((finding) => !isUsable(finding))];
  return (
    <section aria-label={t('migration.look.found', { count: findings.length })}>
      <div className={classes.foundHead}>
        <div role="status">
          <Title order={2}>{t('migration.look.found', { count: findings.length })}</Title>
        </div>
        <Text c="dimmed" size="xs">
          {durationMs < 1000 ? null : t('migration.look.foundIn', { time: formatDuration(durationMs) })}
        </Text>
        <AgainButton onAgain={onAgain} />
      </div>
      <Text c="dimmed">{t('migration.look.choose')}</Text>
      <div className={classes.findings}>
        {ordered.map((finding) => (
          <FindingCard
            key={finding.id}
            finding={finding}
            isChosen={chosenIds.includes(finding.id)}
            onChoose={(isChosen) =>
              choose(isChosen ? [...chosenIds, finding.id] : chosenIds.filter((id) => id !== finding.id))
            }
          />
        ))}
      </div>
    </section>
  );
};

const NothingFound = ({ scan }: { readonly scan: Scan }): ReactNode => {
  const { t } = useTranslation();
  return (
    <section>
      <div className={classes.foundHead}>
        <div role="status">
          <Title order={2}>{t(scan.isStopped ? 'migration.look.stopped' : 'migration.look.nothing')}</Title>
        </div>
        <AgainButton onAgain={scan.again} />
      </div>
      {scan.isStopped ? null : <Text c="dimmed">{t('migration.look.nothingMeans')}</Text>}
    </section>
  );
};

interface LookStepProps {
  readonly onNext: () => void;
  /** Beside the way on: not now, or back to where one came from. */
  readonly leave: ReactNode;
}

/** Looks at once, shows what is there, and offers the other ways on. */
export const LookStep = ({ onNext, leave }: LookStepProps): ReactNode => {
  const { t } = useTranslation();
  const scan = useScan();
  const { data, error } = scan.query;
  const findings = data?.findings ?? [];
  const chosenIds = useChosenIds(findings);
  const isEmpty = !scan.isScanning && error === null && findings.length === 0;
  return (
    <>
      {scan.isScanning ? <ScanProgress onStop={scan.stop} /> : null}
      {!scan.isScanning && error !== null ? (
        <ErrorPanel error={error} title={t('migration.look.failed')}>
          <Button onClick={scan.again}>{t('frame.actions.retry')}</Button>
        </ErrorPanel>
      ) : null}
      {isEmpty ? <NothingFound scan={scan} /> : null}
      {!scan.isScanning && data !== undefined && findings.length > 0 ? (
        <Found findings={findings} durationMs={data.durationMs} chosenIds={chosenIds} onAgain={scan.again} />
      ) : null}
      <section aria-label={t('migration.look.other')}>
        {isEmpty || error !== null ? null : (
          <Title order={2} className={classes.otherTitle ?? ''}>
            {t('migration.look.other')}
          </Title>
        )}
        <Ways isFirst={isEmpty && !scan.isStopped} />
      </section>
      <WizardFooter note={chosenIds.length === 0 ? null : t('migration.look.nextMeans')}>
        {leave}
        <Button
          disabled={chosenIds.length === 0 || scan.isScanning}
          rightSection={<IconArrowRight size={frame.icon} aria-hidden />}
          onClick={onNext}
        >
          {t('migration.look.next')}
        </Button>
      </WizardFooter>
    </>
  );
};
