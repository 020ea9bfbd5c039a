import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MigrationRun } from '#contract/models/migration.ts';
import { StateGlyph } from '../../components/state-glyph.tsx';
import { formatCount } from '../../text/format.ts';
import { runSentence } from '../migration-sentences.ts';
import { RemarkList } from '../remark-list.tsx';
import classes from './run.module.css';
import { type Verified, verifiedOf } from './verified.ts';

const pictures = { made: 'pictureMade', failed: 'pictureFailed', skipped: 'pictureSkipped' } as const;

const Row = ({ verified }: { readonly verified: Verified }): ReactNode => {
  const { t } = useTranslation();
  const { name, modelsBefore, modelsAfter, picture, isWhole } = verified;
  const count = (models: number | null): string => (models === null ? '–' : formatCount(models));
  return (
    <tr>
      <th scope="row">
        <StateGlyph shape={isWhole ? 'tick' : 'triangle'} colour={isWhole ? 'running' : 'paused'} /> {name}
      </th>
      <td>{count(modelsBefore)}</td>
      <td>{count(modelsAfter)}</td>
      <td>{picture === null ? '–' : t(`migration.run.${pictures[picture]}`)}</td>
    </tr>
  );
};

/** Models before and now, and the test picture, an instance a row. */
export const Results = ({ run }: { readonly run: MigrationRun }): ReactNode => {
  const { t } = useTranslation();
  const rows = verifiedOf(run);
  if (rows.length === 0) return null;
  return (
    <section className={classes.panel} aria-label={t('migration.run.results')}>
      <h2 className={classes.title}>{t('migration.run.results')}</h2>
      <table className={classes.results}>
        <thead>
          <tr>
            <th scope="col">{t('migration.run.instance')}</th>
            <th scope="col">{t('migration.run.modelsBefore')}</th>
            <th scope="col">{t('migration.run.modelsAfter')}</th>
            <th scope="col">{t('migration.run.picture')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((verified) => (
            <Row key={verified.instanceId} verified={verified} />
          ))}
        </tbody>
      </table>
    </section>
  );
};

/** What the run wants said; what a row of the results shows already is left out. */
export const RunRemarks = ({ run }: { readonly run: MigrationRun }): ReactNode => {
  const remarks = run.steps
    .flatMap((step) => step.remarks)
    .filter(({ code }) => code !== 'models-seen')
    .map((remark) => ({ severity: remark.severity, text: runSentence(remark) }));
  return <RemarkList remarks={[...new Map(remarks.map((remark) => [remark.text, remark])).values()]} />;
};
