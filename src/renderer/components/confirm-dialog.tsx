import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface ConfirmDialogProps {
  readonly opened: boolean;
  readonly title: string;
  readonly question: string;
  readonly means?: string;
  /** The verb on the button that does it. */
  readonly confirm: string;
  readonly dangerous?: boolean;
  readonly busy?: boolean;
  readonly cancel?: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks once before something that cannot be taken back. The safe button has the focus. */
export const ConfirmDialog = (props: ConfirmDialogProps): ReactNode => {
  const { t } = useTranslation();
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title} size="md">
      <Stack gap="sm">
        <Text fw={600}>{props.question}</Text>
        {props.means === undefined ? null : <Text c="dimmed">{props.means}</Text>}
        <Group justify="flex-end" gap="xs" mt="md">
          <Button variant="default" data-autofocus onClick={props.onClose}>
            {props.cancel ?? t('frame.actions.cancel')}
          </Button>
          <Button
            {...(props.dangerous === true ? { color: 'red' } : {})}
            loading={props.busy === true}
            onClick={props.onConfirm}
          >
            {props.confirm}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
};
