import { CloseButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Notice } from '#contract/models/studio.ts';
import { StateGlyph, type StateShape } from '../components/state-glyph.tsx';
import { useSend } from '../instances/use-instance-actions.tsx';
import { useTopic } from '../studio-client/use-topic.ts';
import { describeCode } from '../text/describe-error.ts';
import type { StateColour } from '../theme/tokens.ts';
import classes from './frame.module.css';

const looks: Readonly<Record<Notice['severity'], { shape: StateShape; colour: StateColour }>> = {
  info: { shape: 'disc', colour: 'stopped' },
  warning: { shape: 'triangle', colour: 'paused' },
  error: { shape: 'triangle', colour: 'error' },
};

/** What the user should know and nobody dismissed yet, above every page. */
export const NoticeList = (): ReactNode => {
  const { t } = useTranslation();
  const send = useSend();
  const notices = useTopic('notices', { select: (state) => state.notices }).data ?? [];
  if (notices.length === 0) return null;
  return (
    <section aria-label={t('frame.notices.label')}>
      {notices.map((notice) => {
        const text = describeCode(notice.code, notice.details, notice.message);
        const { shape, colour } = looks[notice.severity];
        return (
          <div key={notice.id} className={classes.banner} data-severity={notice.severity}>
            <StateGlyph shape={shape} colour={colour} />
            <span className={classes.bannerText}>
              <strong>{text.happened}</strong> {text.means} {text.do}
            </span>
            <CloseButton
              aria-label={t('frame.notices.dismiss')}
              onClick={() => void send('notices.dismiss', { noticeId: notice.id })}
            />
          </div>
        );
      })}
    </section>
  );
};
