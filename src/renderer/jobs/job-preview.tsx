import { IconPhoto } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '#contract/models/job.ts';
import { outputUrl } from '../studio-client/content.ts';
import { useTopic } from '../studio-client/use-topic.ts';
import { frame } from '../theme/tokens.ts';
import classes from './job-preview.module.css';

interface JobPreviewProps {
  /** Null shows the empty frame, so that nothing jumps when a job comes. */
  readonly job: JobView | null;
}

/** The first picture among the results of a job. */
export const firstPicture = (job: JobView): string | null => {
  const picture = job.outputs.find(({ kind }) => kind === 'image');
  return picture === undefined ? null : outputUrl(job.id, picture.index);
};

/** The picture of a job as it is now: the live preview while it runs, its first result afterwards. */
export const JobPreview = ({ job }: JobPreviewProps): ReactNode => {
  const { t } = useTranslation();
  const live = job !== null && job.state === 'running' && job.hasPreview;
  const preview = useTopic('preview', {
    ...(job === null ? {} : { key: job.id }),
    enabled: live,
    select: (state) => state,
  }).data;
  const title = job?.title || t('jobs.untitled');
  const result = job === null || live ? null : firstPicture(job);
  const source =
    live && preview !== undefined && preview !== null ? `data:${preview.contentType};base64,${preview.base64}` : result;
  return (
    <div className={classes.frame}>
      {source === null ? (
        <IconPhoto size={frame.icon} stroke={1.25} aria-label={t('instances.card.noPreview')} />
      ) : (
        <img className={classes.picture} src={source} alt={t('instances.card.preview', { title })} />
      )}
    </div>
  );
};
