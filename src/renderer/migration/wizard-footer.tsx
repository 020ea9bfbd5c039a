import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './migration.module.css';

/** The bar with the way back and the way on; it stays in sight while the page scrolls. */
export const WizardFooter = ({
  note,
  children,
}: {
  readonly note: ReactNode;
  readonly children: ReactNode;
}): ReactNode => (
  <div className={classes.footer}>
    <Text c="dimmed" size="sm" component="div" className={classes.footerNote ?? ''}>
      {note}
    </Text>
    <div className={classes.footerActions}>{children}</div>
  </div>
);
