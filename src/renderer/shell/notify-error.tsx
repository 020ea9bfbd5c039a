import { Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type ReactNode, useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { describeError } from '../text/describe-error.ts';

interface FailureProps {
  readonly error: unknown;
}

// Both ask for the translation, so that a message that is on screen follows the language.

const Happened = ({ error }: FailureProps): ReactNode => {
  useTranslation();
  return describeError(error).happened;
};

const WhatToDo = ({ error }: FailureProps): ReactNode => {
  useTranslation();
  const text = describeError(error);
  return (
    <Stack gap={0}>
      <Text c="dimmed">{text.means}</Text>
      <Text>{text.do}</Text>
    </Stack>
  );
};

/** Shows a failure of something the user did: what happened, and what to do. One message for equal failures. */
export const useNotifyError = (): ((error: unknown) => void) =>
  useCallback((error) => {
    const { code, happened } = describeError(error);
    // A lost connection has its own banner; a cancelled call was asked for.
    if (code === 'CONNECTION_LOST' || code === 'CALL_CANCELLED') return;
    notifications.show({
      id: `${code}:${happened}`,
      color: 'red',
      title: <Happened error={error} />,
      autoClose: 10_000,
      message: <WhatToDo error={error} />,
    });
  }, []);
