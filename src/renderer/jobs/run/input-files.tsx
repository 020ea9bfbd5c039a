import { Button, FileButton, Loader, Stack, Text, Title } from '@mantine/core';
import { IconPhoto } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { WorkflowInspection } from '#contract/models/workflow.ts';
import { describeError } from '../../text/describe-error.ts';
import { frame } from '../../theme/tokens.ts';
import classes from './run.module.css';
import type { InputUpload, InputUploads } from './use-input-uploads.ts';

interface InputFilesProps {
  readonly inspection: WorkflowInspection;
  readonly uploads: InputUploads;
}

const UploadState = ({ upload, value }: { upload: InputUpload | undefined; value: string }): ReactNode => {
  const { t } = useTranslation();
  if (upload === undefined) return <span className={classes.quiet}>{t('jobs.run.usesExisting', { name: value })}</span>;
  switch (upload.state) {
    case 'uploading':
      return (
        <span className={classes.quiet}>
          <Loader size="xs" /> {t('jobs.run.uploading')}
        </span>
      );
    case 'ready':
      return <span className={classes.ready}>{`${upload.fileName} · ${t('jobs.run.uploaded')}`}</span>;
    case 'failed': {
      const text = describeError(upload.error);
      return <span className={classes.failed}>{`${text.happened} ${text.do}`}</span>;
    }
  }
};

/** The files that the workflow loads, each with a place to give another one. */
export const InputFiles = ({ inspection, uploads }: InputFilesProps): ReactNode => {
  const { t } = useTranslation();
  if (inspection.inputFiles.length === 0) return null;
  return (
    <Stack gap="xs">
      <Title order={4}>{t('jobs.run.inputs')}</Title>
      <Text size="xs" c="dimmed">
        {t('jobs.run.inputsMeans')}
      </Text>
      {inspection.inputFiles.map(({ nodeId, inputName, value }) => {
        const upload = uploads.uploads[value];
        const title = inspection.prompt[nodeId]?._meta?.title ?? inspection.prompt[nodeId]?.class_type ?? nodeId;
        return (
          <div key={`${nodeId}.${inputName}`} className={classes.input}>
            <div className={classes.inputPicture}>
              {upload?.previewUrl ? (
                <img src={upload.previewUrl} alt={upload.fileName} />
              ) : (
                <IconPhoto size={frame.icon} stroke={1.25} aria-hidden />
              )}
            </div>
            <div className={classes.inputText}>
              <span className={classes.inputTitle}>{title}</span>
              <UploadState upload={upload} value={value} />
            </div>
            <FileButton onChange={(file) => (file === null ? undefined : uploads.choose(value, file))}>
              {(props) => (
                <Button {...props} size="xs" variant="default">
                  {upload === undefined ? t('jobs.run.choosePicture') : t('jobs.run.replace')}
                </Button>
              )}
            </FileButton>
          </div>
        );
      })}
    </Stack>
  );
};
