import { Tooltip, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { frame } from '../theme/tokens.ts';
import classes from './copyable.module.css';

interface CopyableProps {
  /** What the clipboard gets. */
  readonly value: string;
  readonly label: string;
  readonly children: ReactNode;
  readonly mono?: boolean;
}

/** A text that is copied by a click. */
export const Copyable = ({ value, label, children, mono = false }: CopyableProps): ReactNode => {
  const { t } = useTranslation();
  const clipboard = useClipboard({ timeout: 1500 });
  const Icon = clipboard.copied ? IconCheck : IconCopy;
  return (
    <Tooltip label={clipboard.copied ? t('frame.actions.copied') : label}>
      <UnstyledButton
        className={classes.copyable}
        data-mono={mono}
        onClick={(event) => {
          event.stopPropagation();
          clipboard.copy(value);
        }}
      >
        <span className={classes.text}>{children}</span>
        <VisuallyHidden>{label}</VisuallyHidden>
        <Icon className={classes.icon} size={frame.iconSmall} stroke={1.75} aria-hidden />
      </UnstyledButton>
    </Tooltip>
  );
};
