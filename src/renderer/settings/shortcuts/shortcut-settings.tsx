import { Button, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconSearch } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { commandTable, keysAsText } from '../../shell/command-table.ts';
import { isMac } from '../../shell/platform.ts';
import { keysOfCommand } from '../../shell/shortcut-keys.ts';
import { useViewState } from '../../state/app-context.tsx';
import { frame } from '../../theme/tokens.ts';
import { Place } from '../place.tsx';
import { ShortcutRow } from './shortcut-row.tsx';
import classes from './shortcuts.module.css';

/** Every command with its keys. */
export const ShortcutSettings = (): ReactNode => {
  const { t } = useTranslation();
  const own = useViewState((state) => state.shortcuts);
  const reset = useViewState((state) => state.resetShortcuts);
  const [typed, setTyped] = useState('');
  const wanted = typed.trim().toLocaleLowerCase();
  const shown = commandTable.filter(({ id }) => {
    const keys = keysOfCommand(id, own).map((each) => keysAsText(each, isMac()));
    return [t(`frame.commands.${id}`), ...keys].some((text) => text.toLocaleLowerCase().includes(wanted));
  });
  return (
    <Place id="shortcuts">
      <section className={classes.section} aria-label={t('settings.sections.shortcuts.title')}>
        <div className={classes.bar}>
          <TextInput
            type="search"
            className={classes.search ?? ''}
            aria-label={t('settings.shortcuts.search')}
            placeholder={t('settings.shortcuts.search')}
            leftSection={<IconSearch size={frame.iconSmall} aria-hidden />}
            value={typed}
            onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          />
          <Button
            variant="default"
            disabled={Object.keys(own).length === 0}
            onClick={() => {
              reset();
              notifications.show({ id: 'shortcuts-reset', message: t('settings.shortcuts.resetDone') });
            }}
          >
            {t('settings.shortcuts.resetAll')}
          </Button>
        </div>
        {shown.length === 0 ? (
          <p className={classes.note} role="status">
            {t('settings.shortcuts.nothing')}
          </p>
        ) : (
          <ul className={classes.list}>
            {shown.map(({ id }) => (
              <li key={id}>
                <ShortcutRow id={id} />
              </li>
            ))}
          </ul>
        )}
        <p className={classes.note}>{isMac() ? t('settings.shortcuts.fixedMac') : t('settings.shortcuts.fixed')}</p>
      </section>
    </Place>
  );
};
