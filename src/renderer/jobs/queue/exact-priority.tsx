import { Button, Group, Modal, NumberInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';

interface ExactPriorityProps {
  readonly opened: boolean;
  readonly value: number;
  readonly onClose: () => void;
  readonly onChoose: (priority: number) => void;
}

const Form = ({ value, onClose, onChoose }: Omit<ExactPriorityProps, 'opened'>): ReactNode => {
  const { t } = useTranslation();
  const [exact, setExact] = useState<number | string>(value);
  const valid = typeof exact === 'number' && Number.isInteger(exact) && exact >= -100 && exact <= 100;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!valid) return;
    onChoose(exact);
    onClose();
  };
  return (
    <form onSubmit={submit}>
      <NumberInput
        data-autofocus
        label={t('queue.priorities.exactLabel')}
        description={t('queue.priorities.exactMeans')}
        min={-100}
        max={100}
        allowDecimal={false}
        value={exact}
        onChange={setExact}
      />
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>
          {t('frame.actions.cancel')}
        </Button>
        <Button type="submit" disabled={!valid}>
          {t('queue.priorities.set')}
        </Button>
      </Group>
    </form>
  );
};

/** Asks for any priority from -100 to 100. */
export const ExactPriority = ({ opened, ...form }: ExactPriorityProps): ReactNode => {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={form.onClose} title={t('queue.priorities.exactTitle')} size="sm" centered>
      <Form {...form} />
    </Modal>
  );
};
