import { Stack, Text, Title } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { frame } from '../theme/tokens.ts';
import classes from './empty-page.module.css';

interface EmptyPageProps {
  readonly icon: Icon;
  readonly title: string;
  readonly means: string;
  /** The first step. */
  readonly children?: ReactNode;
}

/** Says what belongs here and offers the first step. */
export const EmptyPage = ({ icon: PageIcon, title, means, children }: EmptyPageProps): ReactNode => (
  <Stack className={classes.empty ?? ''} align="center" gap="sm">
    <PageIcon className={classes.icon} size={frame.iconLarge} stroke={1.25} aria-hidden />
    <Title order={2}>{title}</Title>
    <Text c="dimmed" className={classes.means ?? ''}>
      {means}
    </Text>
    {children}
  </Stack>
);
