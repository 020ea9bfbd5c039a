import { Button, FileButton, Group, Loader } from '@mantine/core';
import { IconPhoto } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { describeError } from '../../../text/describe-error.ts';
import { frame } from '../../../theme/tokens.ts';
import type { InputUpload, InputUploads } from '../use-input-uploads.ts';
import classes from './form.module.css';

interface FileFieldProps {
  readonly value: string;
  readonly label: string;
  readonly uploads: InputUploads;
}

const UploadState = ({ upload, value }: { upload: InputUpload | undefined; value: string }): ReactNode => {
  const { t } = useTranslation();
  if (upload === undefined) return <span className={classes.quiet}>{t('runForm.file.existing', { name: value })}</span>;
  switch (upload.state) {
    case 'uploading':
      return (
        <span className={classes.quiet}>
          <Loader size="xs" /> {t('runForm.file.uploading')}
        </span>
      );
    case 'ready':
      return <span className={classes.ready}>{t('runForm.file.ready', { name: upload.fileName })}</span>;
    case 'failed': {
      const text = describeError(upload.error);
      return <span className={classes.failed}>{`${text.happened} ${text.do}`}</span>;
    }
  }
};

/** A file that a node loads: what the workflow names, or one that is dropped, pasted or chosen here. */
export const FileField = ({ value, label, uploads }: FileFieldProps): ReactNode => {
  const { t } = useTranslation();
  const [isOver, setIsOver] = useState(false);
  const upload = uploads.uploads[value];
  const take = (files: FileList | null): void => {
    const file = files?.[0];
    if (file !== undefined) uploads.choose(value, file);
  };
  return (
    <Group
      gap="sm"
      wrap="nowrap"
      className={classes.file ?? ''}
      data-over={isOver}
      role="group"
      aria-label={label}
      tabIndex={0}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        event.stopPropagation();
        setIsOver(false);
        take(event.dataTransfer.files);
      }}
      onPaste={(event) => {
        if (event.clipboardData.files.length === 0) return;
        event.preventDefault();
        event.stopPropagation();
        take(event.clipboardData.files);
      }}
    >
      <div className={classes.filePicture}>
        {upload?.previewUrl ? (
          <img src={upload.previewUrl} alt={upload.fileName} />
        ) : (
          <IconPhoto size={frame.icon} stroke={1.25} aria-hidden />
        )}
      </div>
      <div className={classes.fileText} aria-live="polite">
        <UploadState upload={upload} value={value} />
        {upload === undefined ? <span className={classes.quiet}>{t('runForm.file.drop')}</span> : null}
      </div>
      <FileButton onChange={(file) => (file === null ? undefined : uploads.choose(value, file))}>
        {(props) => (
          <Button {...props} size="xs" variant="default">
            {upload === undefined ? t('runForm.file.choose') : t('runForm.file.replace')}
          </Button>
        )}
      </FileButton>
    </Group>
  );
};
