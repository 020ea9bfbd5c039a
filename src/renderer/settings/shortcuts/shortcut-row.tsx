import { ActionIcon, Button, Kbd, Tooltip, UnstyledButton } from '@mantine/core';
import { IconRestore, IconX } from '@tabler/icons-react';
import { Fragment, type KeyboardEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type CommandId, keysAsText } from '../../shell/command-table.ts';
import { isMac } from '../../shell/platform.ts';
import { type KeyProblem, keysOfCommand, keysOfPress, problemOfKeys } from '../../shell/shortcut-keys.ts';
import { useViewState } from '../../state/app-context.tsx';
import { formatList } from '../../text/format.ts';
import { frame } from '../../theme/tokens.ts';
import classes from './shortcuts.module.css';

interface Refused {
  readonly keys: string;
  readonly problem: KeyProblem;
}

/** One command with its keys: a click and the next keys that are pressed become its own. */
export const ShortcutRow = ({ id }: { readonly id: CommandId }): ReactNode => {
  const { t } = useTranslation();
  const own = useViewState((state) => state.shortcuts);
  const setShortcut = useViewState((state) => state.setShortcut);
  const [isRecording, record] = useState(false);
  const [refused, refuse] = useState<Refused | null>(null);
  const command = t(`frame.commands.${id}`);
  const keys = keysOfCommand(id, own);
  const isOwn = Object.hasOwn(own, id);

  const give = (pressed: string): void => {
    setShortcut(id, [pressed]);
    refuse(null);
    record(false);
  };
  const take = (event: KeyboardEvent<HTMLButtonElement>): void => {
    if (!isRecording) return;
    // Tab leaves the field as everywhere; all other keys are meant for it.
    if (event.key === 'Tab') return record(false);
    event.preventDefault();
    event.stopPropagation();
    event.nativeEvent.stopImmediatePropagation();
    if (event.key === 'Escape') {
      refuse(null);
      return record(false);
    }
    const pressed = keysOfPress(event.nativeEvent);
    if (pressed === null) return;
    const problem = problemOfKeys(pressed, id, own);
    if (problem === null) give(pressed);
    else refuse({ keys: pressed, problem });
  };
  /** Takes the keys away from the command that has them. */
  const takeOver = ({ keys: wanted, problem }: Refused): void => {
    if (problem.kind !== 'taken') return;
    setShortcut(
      problem.by,
      keysOfCommand(problem.by, own).filter((each) => each !== wanted),
    );
    give(wanted);
  };

  const asked = `${t('settings.shortcuts.press')} · ${t('settings.shortcuts.pressMeans')}`;
  const given = formatList(keys.map((each) => keysAsText(each, isMac()))) || t('settings.shortcuts.none');
  const said = isRecording ? asked : given;
  return (
    <div className={classes.row}>
      <span className={classes.name}>
        {command}
        {isOwn ? <span className={classes.changed}>{t('settings.shortcuts.changed')}</span> : null}
      </span>
      <UnstyledButton
        className={classes.keys}
        data-recording={isRecording}
        aria-label={`${t('settings.shortcuts.change', { command })}: ${said}`}
        onClick={() => record(true)}
        onBlur={() => {
          record(false);
          refuse(null);
        }}
        onKeyDown={take}
      >
        {isRecording ? (
          <span role="status">{asked}</span>
        ) : keys.length === 0 ? (
          <span className={classes.none}>{t('settings.shortcuts.none')}</span>
        ) : (
          keys.map((each, index) => (
            // The space keeps two of them apart for those who listen.
            <Fragment key={each}>
              {index === 0 ? null : ' '}
              <Kbd size="xs">{keysAsText(each, isMac())}</Kbd>
            </Fragment>
          ))
        )}
      </UnstyledButton>
      {isOwn ? (
        <Tooltip label={t('settings.shortcuts.reset', { command })}>
          <ActionIcon aria-label={t('settings.shortcuts.reset', { command })} onClick={() => setShortcut(id, null)}>
            <IconRestore size={frame.iconSmall} aria-hidden />
          </ActionIcon>
        </Tooltip>
      ) : keys.length === 0 ? null : (
        <Tooltip label={t('settings.shortcuts.remove', { command })}>
          <ActionIcon aria-label={t('settings.shortcuts.remove', { command })} onClick={() => setShortcut(id, [])}>
            <IconX size={frame.iconSmall} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
      {refused === null ? null : (
        <div className={classes.problem} role="alert">
          {t(`settings.shortcuts.problems.${refused.problem.kind}`, {
            keys: keysAsText(refused.keys, isMac()),
            command: refused.problem.kind === 'taken' ? t(`frame.commands.${refused.problem.by}`) : '',
          })}
          {refused.problem.kind === 'taken' ? (
            <Button
              variant="default"
              size="xs"
              // Before the field loses the focus, which would forget what was pressed.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => takeOver(refused)}
            >
              {t('settings.shortcuts.takeOver')}
            </Button>
          ) : null}
        </div>
      )}
    </div>
  );
};
