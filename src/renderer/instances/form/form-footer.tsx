import { ActionIcon, Button, Group, Menu, Text, Tooltip } from '@mantine/core';
import { IconBookmarkPlus, IconChevronDown } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceView } from '#contract/models/instance.ts';
import { formatList } from '../../text/format.ts';
import { frame } from '../../theme/tokens.ts';
import { labelOf } from './field-labels.ts';
import classes from './instance-form.module.css';
import type { RestartWish } from './use-save-instance.tsx';

export interface FooterState {
  readonly errors: number;
  readonly warnings: number;
  readonly isChecking: boolean;
  /** The connection to the studio is lost. */
  readonly isAway: boolean;
  readonly isNew: boolean;
  readonly isSaving: boolean;
  readonly isTesting: boolean;
  readonly wasTested: boolean;
  /** Values of both sides wait for a choice. */
  readonly hasConflicts: boolean;
  /** What the running process takes up only at its next start. */
  readonly restartFields: readonly string[];
  readonly view: InstanceView | null;
}

interface FooterProps {
  readonly state: FooterState;
  readonly onTest: () => void;
  readonly onCancel: () => void;
  readonly onSave: (restart: RestartWish) => void;
  readonly onSaveTemplate: () => void;
}

const Summary = ({ state }: { readonly state: FooterState }): ReactNode => {
  const { t } = useTranslation();
  const { errors, warnings, isAway, isChecking } = state;
  const parts = [
    errors === 0 ? '' : t('instanceForm.errors', { count: errors }),
    warnings === 0 ? '' : t('instanceForm.warnings', { count: warnings }),
  ].filter((part) => part !== '');
  const found = isChecking ? t('instanceForm.checking') : parts.join(' · ') || t('instanceForm.valid');
  return (
    <span className={classes.summary} data-bad={isAway || errors > 0} aria-live="polite">
      {isAway ? t('instanceForm.away') : found}
    </span>
  );
};

/** Says before saving what needs a restart. */
const RestartHint = ({ state }: { readonly state: FooterState }): ReactNode => {
  const { t } = useTranslation();
  if (state.restartFields.length === 0) return null;
  const fields = formatList([...new Set(state.restartFields.map((field) => labelOf(field, t)))]);
  return (
    <Text className={classes.restartHint ?? ''} role="status">
      {t('instanceForm.restart.hint', { fields })}
    </Text>
  );
};

const SaveButtons = ({ state, onSave }: Pick<FooterProps, 'state' | 'onSave'>): ReactNode => {
  const { t } = useTranslation();
  const disabled = state.isAway || state.hasConflicts;
  const jobs = state.view?.runningJobIds.length ?? 0;
  if (state.restartFields.length === 0) {
    return (
      <Button type="submit" loading={state.isSaving} disabled={disabled}>
        {t(state.isNew ? 'instanceForm.create' : 'instanceForm.save')}
      </Button>
    );
  }
  return (
    <>
      <Button type="submit" variant="default" loading={state.isSaving} disabled={disabled}>
        {t('instanceForm.save')}
      </Button>
      {jobs === 0 ? (
        <Button loading={state.isSaving} disabled={disabled} onClick={() => onSave('now')}>
          {t('instanceForm.restart.saveAndRestart')}
        </Button>
      ) : (
        <Menu position="top-end">
          <Menu.Target>
            <Button
              loading={state.isSaving}
              disabled={disabled}
              rightSection={<IconChevronDown size={frame.iconSmall} aria-hidden />}
            >
              {t('instanceForm.restart.saveAndRestart')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => onSave('drained')}>
              {t('instanceForm.restart.whenDone', { count: jobs })}
            </Menu.Item>
            <Menu.Item onClick={() => onSave('now')}>
              {t('instanceForm.restart.nowInterrupts', { count: jobs })}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
};

/** What one can do with the form: test, keep as a template, save with or without a restart, leave. */
export const FormFooter = ({ state, onTest, onCancel, onSave, onSaveTemplate }: FooterProps): ReactNode => {
  const { t } = useTranslation();
  return (
    <>
      <RestartHint state={state} />
      <div className={classes.footer}>
        <Group gap="sm" wrap="nowrap" className={classes.footerStart ?? ''}>
          <Button variant="default" loading={state.isTesting} disabled={state.isAway} onClick={onTest}>
            {t(state.wasTested ? 'instanceForm.testAgain' : 'instanceForm.test')}
          </Button>
          <Tooltip label={t('instanceForm.templates.saveAs')}>
            <ActionIcon
              size="lg"
              disabled={state.isAway}
              aria-label={t('instanceForm.templates.saveAs')}
              onClick={onSaveTemplate}
            >
              <IconBookmarkPlus size={frame.icon} stroke={1.6} aria-hidden />
            </ActionIcon>
          </Tooltip>
          <Summary state={state} />
        </Group>
        <Group gap="xs" wrap="nowrap">
          <Button variant="default" onClick={onCancel}>
            {t('frame.actions.cancel')}
          </Button>
          <SaveButtons state={state} onSave={onSave} />
        </Group>
      </div>
    </>
  );
};
