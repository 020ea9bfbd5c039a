import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { StudioError } from '#contract/errors.ts';
import { conversionProblemSchema, type WorkflowInspection } from '#contract/models/workflow.ts';
import classes from './run.module.css';

const mostNotes = 5;

/** What became of the editor's file, where that needs saying. */
export const ConversionNotes = ({ inspection }: { inspection: WorkflowInspection }): ReactNode => {
  const { t } = useTranslation();
  const { source, notes } = inspection;
  if (source !== 'editor') return null;
  return (
    <div className={classes.notes} role="status">
      <Text size="sm" c="dimmed">
        {t('runForm.converted')}
      </Text>
      {notes.length === 0 ? null : (
        <ul className={classes.noteList}>
          {notes.slice(0, mostNotes).map(({ note, nodeId, classType, inputName }) => (
            <li key={`${nodeId} ${inputName} ${note}`}>{t(`runForm.notes.${note}`, { nodeId, classType })}</li>
          ))}
          {notes.length > mostNotes ? <li>{t('runForm.moreProblems', { count: notes.length - mostNotes })}</li> : null}
        </ul>
      )}
    </div>
  );
};

const detailsSchema = z.object({
  reason: z.enum(['no-instance', 'not-convertible']),
  problems: z.array(conversionProblemSchema),
  problemCount: z.int(),
});

/** Which nodes of the editor's file stand in the way of converting it, and what to do about each. */
export const ConversionProblems = ({ error }: { error: unknown }): ReactNode => {
  const { t } = useTranslation();
  const parsed = error instanceof StudioError ? detailsSchema.safeParse(error.details) : null;
  if (parsed?.success !== true) return null;
  const { reason, problems, problemCount } = parsed.data;
  if (reason === 'no-instance') return <Text>{t('runForm.noInstance')}</Text>;
  return (
    <div>
      <Text>{t('runForm.notConvertible')}</Text>
      <ul className={classes.noteList}>
        {problems.map(({ nodeId, classType, title, problem }) => (
          <li key={`${nodeId} ${problem}`}>
            <strong>{t('runForm.problemOf', { title: title || classType, nodeId })}</strong>{' '}
            {t(`runForm.problems.${problem}`, { classType })}
          </li>
        ))}
        {problemCount > problems.length ? (
          <li>{t('runForm.moreProblems', { count: problemCount - problems.length })}</li>
        ) : null}
      </ul>
    </div>
  );
};
