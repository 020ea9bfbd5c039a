import { Badge, type BadgeProps } from '@mantine/core';
import type { ReactNode } from 'react';
import type { StateColour } from '../theme/tokens.ts';
import classes from './state-badge.module.css';

interface StateBadgeProps extends Omit<BadgeProps, 'color' | 'children'> {
  readonly colour: StateColour;
  readonly children: ReactNode;
}

/** A word on the surface tone of its state. */
export const StateBadge = ({ colour, children, ...rest }: StateBadgeProps): ReactNode => (
  <Badge {...rest} className={classes.badge ?? ''} data-state={colour}>
    {children}
  </Badge>
);
