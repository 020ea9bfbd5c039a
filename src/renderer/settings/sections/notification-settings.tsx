import { Switch } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useViewState } from '../../state/app-context.tsx';
import { Place } from '../place.tsx';
import { Group } from '../setting-fields.tsx';
import classes from '../settings.module.css';

const kinds = [
  { id: 'job-done', name: 'jobDone' },
  { id: 'job-failed', name: 'jobFailed' },
  { id: 'instance-died', name: 'instanceDied' },
] as const;

/** The system is asked only when somebody wants it to tell something. */
const askSystem = async (): Promise<'granted' | 'refused' | 'unsupported'> => {
  if (!('Notification' in window) || !window.isSecureContext) return 'unsupported';
  return (await Notification.requestPermission()) === 'granted' ? 'granted' : 'refused';
};

/** What this window tells about while one does something else. */
export const NotificationSettings = (): ReactNode => {
  const { t } = useTranslation();
  const choices = useViewState((state) => state.notificationChoices);
  const choose = useViewState((state) => state.chooseNotifications);
  const [problem, setProblem] = useState<'refused' | 'unsupported' | null>(null);
  const chooseSystem = async (isWanted: boolean): Promise<void> => {
    setProblem(null);
    if (!isWanted) return choose({ bySystem: false });
    const answer = await askSystem();
    choose({ bySystem: answer === 'granted' });
    setProblem(answer === 'granted' ? null : answer);
  };
  return (
    <Group label={t('settings.sections.notifications.title')}>
      {kinds.map(({ id, name }) => (
        <Place key={id} id={id}>
          <Switch
            label={t(`settings.notifications.${name}`)}
            description={t(`settings.notifications.${name}Means`)}
            checked={choices[name]}
            onChange={({ currentTarget }) => choose({ [name]: currentTarget.checked })}
          />
        </Place>
      ))}
      <Place id="by-system">
        <Switch
          label={t('settings.notifications.bySystem')}
          description={t('settings.notifications.bySystemMeans')}
          checked={choices.bySystem}
          onChange={({ currentTarget }) => void chooseSystem(currentTarget.checked)}
        />
        <p className={classes.warning} role="status">
          {problem === null ? null : t(`settings.notifications.${problem}`)}
        </p>
      </Place>
    </Group>
  );
};
