import { Notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';

/** Where notifications appear. Those that were shown before it is there wait for it. */
export const NotificationList = (): ReactNode => <Notifications position="bottom-right" limit={4} />;
