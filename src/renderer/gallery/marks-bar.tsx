import { Affix, Button, CloseButton, Tooltip } from '@mantine/core';
import { IconColumns2, IconDownload, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatCount } from '../text/format.ts';
import { frame } from '../theme/tokens.ts';
import classes from './gallery.module.css';

/** A browser asks for leave to save several files, and forgets some when there are very many. */
const mostDownloads = 50;

interface MarksBarProps {
  readonly count: number;
  readonly total: number;
  readonly onSelectAll: () => void;
  readonly onCompare: () => void;
  readonly onDownload: () => void;
  readonly onTrash: () => void;
  readonly onClear: () => void;
}

/** What can be done with the marked results. */
export const MarksBar = (props: MarksBarProps): ReactNode => {
  const { count, total } = props;
  const { t } = useTranslation();
  if (count === 0) return null;
  return (
    <Affix position={{ bottom: frame.statusBarHeight + 16, left: 0, right: 0 }} className={classes.marksPlace ?? ''}>
      <div role="toolbar" aria-label={t('gallery.selectedLabel')} className={classes.marks}>
        <CloseButton size="sm" aria-label={t('gallery.deselect')} onClick={props.onClear} />
        <span className={classes.marksCount} aria-live="polite">
          {t('gallery.selected', { count })}
        </span>
        {count < total ? (
          <Button size="xs" variant="subtle" color="gray" onClick={props.onSelectAll}>
            {t('gallery.selectAll', { total: formatCount(total) })}
          </Button>
        ) : null}
        <Tooltip label={t('gallery.compareHelp')} disabled={count === 2}>
          <Button
            size="xs"
            variant="default"
            {...(count === 2 ? {} : { 'data-disabled': true })}
            aria-disabled={count !== 2}
            leftSection={<IconColumns2 size={frame.iconSmall} aria-hidden />}
            onClick={() => {
              if (count === 2) props.onCompare();
            }}
          >
            {t('gallery.compare')}
          </Button>
        </Tooltip>
        {count <= mostDownloads ? (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDownload size={frame.iconSmall} aria-hidden />}
            onClick={props.onDownload}
          >
            {t('gallery.download')}
          </Button>
        ) : null}
        <Button
          size="xs"
          variant="default"
          leftSection={<IconTrash size={frame.iconSmall} aria-hidden />}
          onClick={props.onTrash}
        >
          {t('gallery.trash')}
        </Button>
      </div>
    </Affix>
  );
};
