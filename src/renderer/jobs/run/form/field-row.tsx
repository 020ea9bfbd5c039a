import { ActionIcon, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconPin, IconPinFilled } from '@tabler/icons-react';
import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SeedMode } from '#contract/models/workflow.ts';
import { frame } from '../../../theme/tokens.ts';
import type { InputUploads } from '../use-input-uploads.ts';
import { FieldInput } from './field-input.tsx';
import { FileField } from './file-field.tsx';
import classes from './form.module.css';
import { type FormField, fieldProblem } from './form-fields.ts';
import { type FormActions, useFieldState } from './use-run-form.ts';

interface FieldRowProps {
  readonly formKey: string;
  readonly field: FormField;
  readonly actions: FormActions;
  readonly uploads: InputUploads;
  readonly seedMode: SeedMode;
  readonly isPinned: boolean;
  /** Away from its node, so that it names it. */
  readonly isAlone: boolean;
}

/** Names that say nothing without their node. */
const vague = /^(?:text|value|prompt|string|image|file|audio|video|int|float|boolean)$/iu;

const namesOf = ({ inputName, nodeTitle, field }: FormField, isAlone: boolean): readonly [string, string] => {
  const name = field.label || inputName;
  if (!isAlone) return [name, ''];
  return vague.test(inputName) ? [nodeTitle, name] : [name, nodeTitle];
};

const shortText = 40;
const shortChoice = 16;

const widthOf = ({ field, initial }: FormField): 'whole' | 'double' | 'single' => {
  const length = String(initial).length;
  if (field.kind === 'file' || field.isSeed) return 'whole';
  if (field.kind === 'text') return field.isMultiline || length > shortText ? 'whole' : 'double';
  return field.kind === 'choice' && length > shortChoice ? 'double' : 'single';
};

/** One field with its name, its pin, and what it was. */
export const FieldRow = memo((props: FieldRowProps): ReactNode => {
  const { t } = useTranslation();
  const { formKey, field, actions, uploads, seedMode, isPinned, isAlone } = props;
  const value = useFieldState(formKey, field);
  const [name, context] = namesOf(field, isAlone);
  const pinLabel = isPinned ? t('runForm.unpin', { name }) : t('runForm.pin', { name });
  const label = context === '' ? name : `${name} (${context})`;
  const back = t('runForm.resetOne', { value: String(field.initial).slice(0, 60) });
  return (
    <div className={classes.field} data-width={widthOf(field)} data-field={field.key}>
      <div className={classes.fieldHead}>
        <span className={classes.fieldName} title={field.field.help === '' ? field.inputName : field.field.help}>
          <bdi>{name}</bdi>
        </span>
        {context === '' ? null : (
          <span className={classes.context} title={context}>
            <bdi>{context}</bdi>
          </span>
        )}
        {field.field.isSeed ? <span className={classes.after}>{t('runForm.seed.after')}</span> : null}
        {value === field.initial || field.field.isSeed ? null : (
          <Tooltip label={back}>
            <ActionIcon
              size="xs"
              variant="subtle"
              color="gray"
              aria-label={`${label}: ${back}`}
              onClick={() => actions.setValue(field.key, null)}
            >
              <IconArrowBackUp size={frame.iconSmall} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
        <Tooltip label={pinLabel}>
          <ActionIcon
            size="xs"
            variant="subtle"
            color="gray"
            className={classes.pin ?? ''}
            aria-label={pinLabel}
            aria-pressed={isPinned}
            data-pinned={isPinned}
            onClick={() => actions.togglePin(field.key)}
          >
            {isPinned ? (
              <IconPinFilled size={frame.iconSmall} aria-hidden />
            ) : (
              <IconPin size={frame.iconSmall} aria-hidden />
            )}
          </ActionIcon>
        </Tooltip>
      </div>
      {field.field.kind === 'file' ? (
        <FileField value={String(value)} label={label} uploads={uploads} />
      ) : (
        <FieldInput
          field={field}
          value={value}
          problem={fieldProblem(field, value)}
          label={label}
          seedMode={seedMode}
          onChange={(next) => actions.setValue(field.key, next === field.initial ? null : next)}
          onSeedMode={(mode) => actions.setSeed(field.key, mode)}
        />
      )}
    </div>
  );
});
FieldRow.displayName = 'FieldRow';
