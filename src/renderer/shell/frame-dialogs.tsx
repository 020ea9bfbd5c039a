import type { ReactNode } from 'react';
import { DeleteDialog } from '../instances/delete-dialog.tsx';
import { InstanceDialog } from '../instances/form/instance-dialog.tsx';
import { LogDrawer } from '../instances/log/log-drawer.tsx';
import { StopAllDialog } from '../instances/stop-all-dialog.tsx';

/** The dialogs that can be opened from any page. */
export const FrameDialogs = (): ReactNode => (
  <>
    <InstanceDialog />
    <DeleteDialog />
    <StopAllDialog />
    <LogDrawer />
  </>
);
