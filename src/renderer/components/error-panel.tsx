import { Button, Code, Collapse, CopyButton, Group, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { StudioError } from '#contract/errors.ts';
import { describeError } from '../text/describe-error.ts';
import classes from './error-panel.module.css';
import { StateGlyph } from './state-glyph.tsx';

interface ErrorPanelProps {
  readonly error: unknown;
  /** Above the sentences, where the panel stands for a whole page. */
  readonly title?: string;
  /** What it means and what to do here, where that is more than the code alone says. */
  readonly words?: { readonly means: string; readonly do: string } | undefined;
  /** The way out: retry, choose another file. */
  readonly children?: ReactNode;
}

const reportOf = (error: unknown): string =>
  error instanceof StudioError
    ? JSON.stringify({ code: error.code, message: error.message, details: error.details ?? {} }, null, 2)
    : String(error);

/** An error as what happened, what it means and what to do, with the way out below and the facts on demand. */
export const ErrorPanel = ({ error, title, words, children }: ErrorPanelProps): ReactNode => {
  const { t } = useTranslation();
  const [open, { toggle }] = useDisclosure(false);
  const text = { ...describeError(error), ...words };
  const report = reportOf(error);
  return (
    <div className={classes.panel} role="alert">
      <StateGlyph shape="triangle" colour="error" />
      <Stack gap="xs" className={classes.body ?? ''}>
        {title === undefined ? null : <Title order={3}>{title}</Title>}
        <Text fw={600}>{text.happened}</Text>
        <Text c="dimmed">{text.means}</Text>
        <Text>{text.do}</Text>
        <Group gap="xs" mt="xs">
          {children}
          <Button variant="subtle" color="gray" onClick={toggle} aria-expanded={open}>
            {open ? t('frame.actions.hideDetails') : t('frame.actions.showDetails')}
          </Button>
        </Group>
        <Collapse expanded={open}>
          <Code block className={classes.report ?? ''}>
            {report}
          </Code>
          <CopyButton value={report}>
            {({ copied, copy }) => (
              <Button variant="subtle" color="gray" size="xs" mt="xs" onClick={copy}>
                {copied ? t('frame.actions.copied') : t('frame.actions.copyDetails')}
              </Button>
            )}
          </CopyButton>
        </Collapse>
      </Stack>
    </div>
  );
};
