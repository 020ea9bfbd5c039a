import { Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useCallback } from 'react';
import { describeError } from '../text/describe-error.ts';

/** Shows a failure of something the user did: what happened, and what to do. One message for equal failures. */
export const useNotifyError = (): ((error: unknown) => void) =>
  useCallback((error) => {
    const text = describeError(error);
    // A lost connection has its own banner; a cancelled call was asked for.
    if (text.code === 'CONNECTION_LOST' || text.code === 'CALL_CANCELLED') return;
    notifications.show({
      id: `${text.code}:${text.happened}`,
      color: 'red',
      title: text.happened,
      autoClose: 10_000,
      message: (
        <Stack gap={0}>
          <Text c="dimmed">{text.means}</Text>
          <Text>{text.do}</Text>
        </Stack>
      ),
    });
  }, []);
