import { ActionIcon, Anchor, Group, Modal, Text, UnstyledButton } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconDownload, IconFile } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobOutput, JobView } from '#contract/models/job.ts';
import { outputUrl } from '../studio-client/content.ts';
import { frame } from '../theme/tokens.ts';
import classes from './jobs.module.css';

const OtherResult = ({ job, output }: { job: JobView; output: JobOutput }): ReactNode => {
  const url = outputUrl(job.id, output.index);
  switch (output.kind) {
    case 'text':
      return <pre className={classes.text}>{output.text}</pre>;
    case 'video':
      // Videos that a workflow makes have no spoken words to write down.
      // oxlint-disable-next-line jsx-a11y/media-has-caption
      return <video className={classes.media} src={url} controls loop muted aria-label={output.filename} />;
    case 'audio':
      // oxlint-disable-next-line jsx-a11y/media-has-caption
      return <audio className={classes.audio} src={url} controls aria-label={output.filename} />;
    case 'image':
    case 'file':
      return (
        <Anchor className={classes.file ?? ''} href={url} download={output.filename}>
          <IconFile size={frame.icon} aria-hidden /> {output.filename}
        </Anchor>
      );
  }
};

interface LightboxProps {
  readonly job: JobView;
  readonly pictures: readonly JobOutput[];
  readonly position: number | null;
  readonly onMove: (position: number | null) => void;
}

/** One picture at full size; arrow keys go through the others. */
const Lightbox = ({ job, pictures, position, onMove }: LightboxProps): ReactNode => {
  const { t } = useTranslation();
  const picture = position === null ? undefined : pictures[position];
  const step = (by: number): void => {
    if (position !== null) onMove((position + by + pictures.length) % pictures.length);
  };
  const handleKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowRight') step(1);
    if (event.key === 'ArrowLeft') step(-1);
  };
  return (
    <Modal
      opened={picture !== undefined}
      onClose={() => onMove(null)}
      size="auto"
      title={picture?.filename ?? ''}
      onKeyDown={handleKey}
    >
      {picture === undefined ? null : (
        <>
          <img
            className={classes.large}
            src={outputUrl(job.id, picture.index)}
            alt={t('jobs.result', { index: picture.index + 1, title: job.title })}
          />
          <Group justify="space-between" mt="sm">
            <Group gap="xs">
              <ActionIcon aria-label={t('jobs.previous')} disabled={pictures.length < 2} onClick={() => step(-1)}>
                <IconChevronLeft size={frame.icon} aria-hidden />
              </ActionIcon>
              <Text size="xs" c="dimmed">{`${(position ?? 0) + 1} / ${pictures.length}`}</Text>
              <ActionIcon aria-label={t('jobs.next')} disabled={pictures.length < 2} onClick={() => step(1)}>
                <IconChevronRight size={frame.icon} aria-hidden />
              </ActionIcon>
            </Group>
            <Anchor href={outputUrl(job.id, picture.index)} download={picture.filename}>
              <Group gap="xs">
                <IconDownload size={frame.iconSmall} aria-hidden />
                {t('jobs.download')}
              </Group>
            </Anchor>
          </Group>
        </>
      )}
    </Modal>
  );
};

interface JobResultsProps {
  readonly job: JobView;
  /** `fill` = one picture as wide as there is room. */
  readonly size?: 'large' | 'fill';
}

/** Every result of a job: pictures to look at, the rest to play, read or save. */
export const JobResults = ({ job, size = 'large' }: JobResultsProps): ReactNode => {
  const { t } = useTranslation();
  const [position, setPosition] = useState<number | null>(null);
  const pictures = job.outputs.filter(({ kind }) => kind === 'image');
  const others = job.outputs.filter(({ kind }) => kind !== 'image');
  return (
    <div className={classes.results} data-size={size}>
      {pictures.map((output, index) => (
        <UnstyledButton
          key={output.index}
          className={classes.picture}
          aria-label={t('jobs.openResult', { name: output.filename })}
          onClick={() => setPosition(index)}
        >
          <img
            src={outputUrl(job.id, output.index)}
            alt={t('jobs.result', { index: output.index + 1, title: job.title || t('jobs.untitled') })}
            loading="lazy"
          />
        </UnstyledButton>
      ))}
      {others.map((output) => (
        <OtherResult key={output.index} job={job} output={output} />
      ))}
      <Lightbox job={job} pictures={pictures} position={position} onMove={setPosition} />
    </div>
  );
};
