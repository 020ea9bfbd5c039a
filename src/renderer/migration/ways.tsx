import { Button, CloseButton, Group, Text, TextInput, Title } from '@mantine/core';
import { type Icon, IconFlask, IconFolderSearch, IconWorldSearch } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSend } from '../instances/use-instance-actions.tsx';
import { useRunCommand } from '../shell/use-commands.ts';
import { useCapability } from '../studio-client/host.ts';
import { useGpus } from '../studio-client/queries.ts';
import { frame } from '../theme/tokens.ts';
import classes from './look.module.css';
import { sandboxCount } from './sandbox-fleet.ts';
import { useSandbox } from './use-sandbox.ts';
import { useWizard } from './wizard-context.tsx';

interface WayProps {
  readonly icon: Icon;
  readonly title: string;
  readonly means: string;
  readonly children: ReactNode;
}

const Way = ({ icon: WayIcon, title, means, children }: WayProps): ReactNode => (
  <section className={classes.way} aria-label={title}>
    <WayIcon className={classes.wayIcon} size={frame.icon} stroke={1.6} aria-hidden />
    <Title order={3}>{title}</Title>
    <Text c="dimmed" size="sm" className={classes.wayMeans ?? ''}>
      {means}
    </Text>
    {children}
  </section>
);

/** A whole path on any system; `~` is a shell's word, not the studio's. */
const isWholePath = (path: string): boolean => /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(path);

const FolderWay = (): ReactNode => {
  const { t } = useTranslation();
  const send = useSend();
  const canPick = useCapability('pick-folder');
  const typed = useWizard((state) => state.typedFolder);
  const type = useWizard((state) => state.type);
  const addFolder = useWizard((state) => state.addFolder);
  const [wrong, setWrong] = useState(false);
  const look = (): void => {
    const path = typed.trim();
    setWrong(!isWholePath(path));
    if (isWholePath(path)) addFolder(path);
  };
  const pick = async (): Promise<void> => {
    const answer = await send('host.pickFolder', { title: t('migration.ways.pickTitle') });
    if (answer !== undefined && answer.path !== null) addFolder(answer.path);
  };
  return (
    <Way icon={IconFolderSearch} title={t('migration.ways.folder')} means={t('migration.ways.folderMeans')}>
      <form
        className={classes.wayForm}
        onSubmit={(event) => {
          event.preventDefault();
          look();
        }}
      >
        <TextInput
          aria-label={t('migration.ways.folderLabel')}
          placeholder={t('migration.ways.folderPlaceholder')}
          spellCheck={false}
          maxLength={4096}
          value={typed}
          error={wrong && typed !== '' ? t('migration.ways.pathWrong') : null}
          onChange={({ currentTarget }) => {
            setWrong(false);
            type({ typedFolder: currentTarget.value });
          }}
        />
        <Group gap="xs">
          <Button type="submit" variant="default" disabled={typed.trim() === ''}>
            {t('migration.ways.folderLook')}
          </Button>
          {canPick ? (
            <Button variant="subtle" onClick={() => void pick()}>
              {t('migration.ways.pick')}
            </Button>
          ) : null}
        </Group>
      </form>
    </Way>
  );
};

const addressOf = (typed: string): string | null => {
  const text = typed.trim();
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) ? url : null;
};

const UrlWay = (): ReactNode => {
  const { t } = useTranslation();
  const typed = useWizard((state) => state.typedUrl);
  const type = useWizard((state) => state.type);
  const addUrl = useWizard((state) => state.addUrl);
  const [wrong, setWrong] = useState(false);
  const connect = (): void => {
    const url = addressOf(typed);
    setWrong(url === null);
    if (url !== null) addUrl(url);
  };
  return (
    <Way icon={IconWorldSearch} title={t('migration.ways.url')} means={t('migration.ways.urlMeans')}>
      <form
        className={classes.wayForm}
        onSubmit={(event) => {
          event.preventDefault();
          connect();
        }}
      >
        <TextInput
          aria-label={t('migration.ways.urlLabel')}
          placeholder={t('migration.ways.urlPlaceholder')}
          spellCheck={false}
          maxLength={2000}
          value={typed}
          error={wrong ? t('migration.ways.urlWrong') : null}
          onChange={({ currentTarget }) => {
            setWrong(false);
            type({ typedUrl: currentTarget.value });
          }}
        />
        <Button type="submit" variant="default" disabled={typed.trim() === ''}>
          {t('migration.ways.urlLook')}
        </Button>
      </form>
    </Way>
  );
};

const SandboxWay = ({ isFirst }: { readonly isFirst: boolean }): ReactNode => {
  const { t } = useTranslation();
  const run = useRunCommand();
  const sandbox = useSandbox();
  const count = sandboxCount(useGpus().length);
  return (
    <Way icon={IconFlask} title={t('migration.ways.sandbox')} means={t('migration.ways.sandboxMeans')}>
      <div className={classes.wayForm}>
        <Button variant={isFirst ? 'filled' : 'default'} loading={sandbox.isBusy} onClick={() => void sandbox.start()}>
          {t('migration.ways.sandboxStart', { count })}
        </Button>
        <Button variant="subtle" color="gray" onClick={() => run('instance.create')}>
          {t('migration.ways.own')}
        </Button>
      </div>
    </Way>
  );
};

/** Places that the user pointed at, with a way to take them off again. */
const PointedPlaces = (): ReactNode => {
  const { t } = useTranslation();
  const folders = useWizard((state) => state.folders);
  const urls = useWizard((state) => state.urls);
  const forget = useWizard((state) => state.forgetPlace);
  const places = [...folders, ...urls];
  if (places.length === 0) return null;
  return (
    <ul className={classes.pointed}>
      {places.map((place) => (
        <li key={place}>
          <span title={place}>{place}</span>
          <CloseButton size="sm" aria-label={t('migration.ways.forget', { place })} onClick={() => forget(place)} />
        </li>
      ))}
    </ul>
  );
};

/** The three ways on beside what was found: a folder, an address, the sandbox. */
export const Ways = ({ isFirst }: { readonly isFirst: boolean }): ReactNode => (
  <>
    <PointedPlaces />
    <div className={classes.ways}>
      <FolderWay />
      <UrlWay />
      <SandboxWay isFirst={isFirst} />
    </div>
  </>
);
