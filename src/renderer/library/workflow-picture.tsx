import { IconSchema } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SavedWorkflow } from '#contract/models/library.ts';
import { useServices } from '../state/app-context.tsx';
import { frame } from '../theme/tokens.ts';
import classes from './library.module.css';

/** The picture of a saved workflow, or a frame of the same size. */
export const WorkflowPicture = ({ workflow }: { workflow: SavedWorkflow }): ReactNode => {
  const { t } = useTranslation();
  const { client } = useServices();
  const { id, picture, name } = workflow;
  const answer = useQuery({
    // The number of the picture stands for its bytes.
    queryKey: ['workflowPicture', id, picture],
    queryFn: ({ signal }) => client.call('workflows.picture', { workflowId: id }, { signal }),
    enabled: picture !== null,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    refetchOnWindowFocus: false,
  });
  return (
    <div className={classes.picture}>
      {picture === null || answer.data === undefined ? (
        <IconSchema size={frame.iconLarge} stroke={1} aria-label={t('library.noPicture')} />
      ) : (
        <img
          src={`data:${answer.data.contentType};base64,${answer.data.base64}`}
          alt={t('library.pictureOf', { name })}
          decoding="async"
        />
      )}
    </div>
  );
};
