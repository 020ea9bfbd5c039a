import { ActionIcon, Button, Group, Menu, Tooltip } from '@mantine/core';
import {
  IconDots,
  IconHourglassLow,
  IconPlayerPause,
  IconPlayerPlay,
  IconTrash,
  IconTrashX,
  IconX,
} from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { QueueView } from '#contract/models/queue.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { StateGlyph } from '../../components/state-glyph.tsx';
import { useSend } from '../../instances/use-instance-actions.tsx';
import { useNow } from '../../state/app-context.tsx';
import { formatRoughly, formatTimeOfDay } from '../../text/format.ts';
import { frame } from '../../theme/tokens.ts';
import classes from './queue.module.css';
import { countOf } from './queue-search.ts';
import { useJobActions } from './use-job-actions.ts';

const glyphs = {
  running: { shape: 'disc', colour: 'running' },
  paused: { shape: 'bars', colour: 'paused' },
  draining: { shape: 'ring', colour: 'changing' },
} as const;

/** When all that waits is expected to be done. */
const AllDone = ({ queue }: { queue: QueueView }): ReactNode => {
  const { t } = useTranslation();
  const now = useNow();
  const open = countOf('running', queue.counts) + countOf('waiting', queue.counts);
  if (open === 0) return t('queue.nothingWaits');
  if (queue.estimate === null || queue.mode === 'paused') {
    return queue.mode === 'paused' ? t('queue.modeMeans.paused') : t('queue.noEstimate');
  }
  return (
    <Tooltip label={t('queue.allDoneIn', { time: formatRoughly(queue.estimate - now) })}>
      <span>{t('queue.allDone', { time: formatTimeOfDay(queue.estimate, now) })}</span>
    </Tooltip>
  );
};

const ModeButtons = ({ mode }: { mode: QueueView['mode'] }): ReactNode => {
  const { t } = useTranslation();
  const send = useSend();
  const become = (next: QueueView['mode']): void => void send('queue.setMode', { mode: next });
  return (
    <Group gap="xs" wrap="nowrap">
      {mode === 'running' ? (
        <>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlayerPause size={frame.iconSmall} aria-hidden />}
            onClick={() => become('paused')}
          >
            {t('queue.pause')}
          </Button>
          <Tooltip label={t('queue.drainMeans')}>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconHourglassLow size={frame.iconSmall} aria-hidden />}
              onClick={() => become('draining')}
            >
              {t('queue.drain')}
            </Button>
          </Tooltip>
        </>
      ) : (
        <Button
          size="xs"
          leftSection={<IconPlayerPlay size={frame.iconSmall} aria-hidden />}
          onClick={() => become('running')}
        >
          {t('queue.resume')}
        </Button>
      )}
    </Group>
  );
};

type Question = 'cancel-waiting' | 'clear-files' | null;

const Questions = ({
  question,
  waiting,
  onClose,
}: {
  question: Question;
  waiting: number;
  onClose: () => void;
}): ReactNode => {
  const { t } = useTranslation();
  const actions = useJobActions();
  return (
    <>
      <ConfirmDialog
        opened={question === 'cancel-waiting'}
        title={t('queue.cancelWaitingTitle')}
        question={t('queue.cancelWaitingQuestion', { count: waiting })}
        means={t('queue.cancelWaitingMeans')}
        confirm={t('queue.cancelWaiting')}
        dangerous
        cancel={t('frame.actions.close')}
        onConfirm={() => {
          onClose();
          void actions.cancelWaiting();
        }}
        onClose={onClose}
      />
      <ConfirmDialog
        opened={question === 'clear-files'}
        title={t('queue.clearDoneAndFiles')}
        question={t('queue.clearQuestion')}
        means={t('queue.clearMeans')}
        confirm={t('queue.removeConfirm')}
        dangerous
        onConfirm={() => {
          onClose();
          void actions.clearDone(true);
        }}
        onClose={onClose}
      />
    </>
  );
};

const QueueMenu = ({ queue }: { queue: QueueView }): ReactNode => {
  const { t } = useTranslation();
  const actions = useJobActions();
  const [question, setQuestion] = useState<Question>(null);
  const waiting = countOf('waiting', queue.counts);
  const done = countOf('done', queue.counts);
  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon aria-label={t('queue.more')}>
            <IconDots size={frame.icon} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            disabled={done === 0}
            leftSection={<IconTrash size={frame.iconSmall} aria-hidden />}
            onClick={() => void actions.clearDone(false)}
          >
            {t('queue.clearDone')}
          </Menu.Item>
          <Menu.Item
            color="red"
            disabled={done === 0}
            leftSection={<IconTrashX size={frame.iconSmall} aria-hidden />}
            onClick={() => setQuestion('clear-files')}
          >
            {t('queue.clearDoneAndFiles')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            color="red"
            disabled={waiting === 0}
            leftSection={<IconX size={frame.iconSmall} aria-hidden />}
            onClick={() => setQuestion('cancel-waiting')}
          >
            {t('queue.cancelWaiting')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Questions question={question} waiting={waiting} onClose={() => setQuestion(null)} />
    </>
  );
};

/** The queue as a whole: its mode and what changes it, and when everything is done. */
export const QueueBar = ({ queue }: { queue: QueueView }): ReactNode => {
  const { t } = useTranslation();
  return (
    <section className={classes.bar} aria-label={t('queue.label')} data-mode={queue.mode}>
      {queue.problem === null ? (
        <Tooltip label={t(`queue.modeMeans.${queue.mode}`)}>
          <span className={classes.mode}>
            <StateGlyph {...glyphs[queue.mode]} />
            {t(`queue.modes.${queue.mode}`)}
          </span>
        </Tooltip>
      ) : (
        <span className={classes.mode}>
          <StateGlyph shape="triangle" colour="error" />
          {t('queue.closedShort')}
        </span>
      )}
      <span className={classes.allDone}>{queue.problem === null ? <AllDone queue={queue} /> : null}</span>
      <ModeButtons mode={queue.mode} />
      <QueueMenu queue={queue} />
    </section>
  );
};
