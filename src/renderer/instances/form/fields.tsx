import {
  ActionIcon,
  Input,
  NumberInput,
  SegmentedControl,
  Select,
  Switch,
  Textarea,
  TextInput,
  Tooltip,
} from '@mantine/core';
import { IconFolderOpen } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useCapability } from '../../studio-client/host.ts';
import type { en } from '../../text/en/index.ts';
import { frame } from '../../theme/tokens.ts';
import { useSend } from '../use-instance-actions.tsx';
import { useFindings, useInstanceForm } from './form-context.tsx';
import classes from './instance-form.module.css';

type FieldTexts = (typeof en)['instanceForm']['fields'];
/** Fields with a label and a help line. */
export type FieldText = {
  [Key in keyof FieldTexts]: FieldTexts[Key] extends { readonly label: string; readonly help: string } ? Key : never;
}[keyof FieldTexts];

interface FieldProps {
  /** Path in the values of the form. */
  readonly path: string;
  readonly text: FieldText;
  /** Path in a configuration, where it differs. */
  readonly problemField?: string;
}

interface FieldTextProps {
  readonly label: string;
  readonly description: ReactNode;
  readonly error: string | null;
}

const useFieldTexts = ({ path, text, problemField }: FieldProps): FieldTextProps => {
  const { t } = useTranslation();
  const { form } = useInstanceForm();
  const { error, warning } = useFindings(problemField ?? path, form.isTouched(path));
  return {
    label: t(`instanceForm.fields.${text}.label`),
    description: (
      <>
        {t(`instanceForm.fields.${text}.help`)}
        {warning === null ? null : <span className={classes.warning}>{warning}</span>}
      </>
    ),
    error,
  };
};

interface TextFieldProps extends FieldProps {
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly autoFocus?: boolean;
  readonly mono?: boolean;
  readonly type?: 'text' | 'password';
}

/** Names and descriptions may be in any script; the first strong letter says which way they run. */
const anyScript = { dir: 'auto' } as const;

export const TextField = ({
  placeholder,
  required = false,
  autoFocus = false,
  mono = false,
  type = 'text',
  ...field
}: TextFieldProps): ReactNode => {
  const { form } = useInstanceForm();
  return (
    <TextInput
      {...form.getInputProps(field.path, { withFocus: false })}
      {...useFieldTexts(field)}
      type={type}
      withAsterisk={required}
      aria-required={required}
      {...(placeholder === undefined ? {} : { placeholder })}
      {...(autoFocus ? { 'data-autofocus': true } : {})}
      {...(mono ? { classNames: { input: classes.mono ?? '' } } : anyScript)}
      autoComplete="off"
      spellCheck={false}
    />
  );
};

export const AreaField = ({ placeholder, mono = false, ...field }: TextFieldProps): ReactNode => {
  const { form } = useInstanceForm();
  return (
    <Textarea
      {...form.getInputProps(field.path, { withFocus: false })}
      {...useFieldTexts(field)}
      autosize
      minRows={2}
      maxRows={6}
      {...(placeholder === undefined ? {} : { placeholder })}
      {...(mono ? { classNames: { input: classes.mono ?? '' } } : anyScript)}
      spellCheck={!mono}
    />
  );
};

interface NumberFieldProps extends FieldProps {
  readonly min?: number;
  readonly step?: number;
  readonly decimals?: number;
  readonly required?: boolean;
  /** The value in other words, after the help. */
  readonly note?: string;
  readonly thousands?: boolean;
  readonly rightSection?: ReactNode;
}

export const NumberField = ({
  min = 0,
  step = 1,
  decimals = 0,
  required = false,
  note = '',
  thousands = false,
  rightSection,
  ...field
}: NumberFieldProps): ReactNode => {
  const { form } = useInstanceForm();
  const texts = useFieldTexts(field);
  return (
    <NumberInput
      {...form.getInputProps(field.path, { withFocus: false })}
      {...texts}
      {...(note === ''
        ? {}
        : {
            description: (
              <>
                {texts.description} {note}
              </>
            ),
          })}
      {...(thousands ? { thousandSeparator: ' ' } : {})}
      withAsterisk={required}
      step={step}
      decimalScale={decimals}
      clampBehavior="none"
      allowNegative={min < 0}
      {...(rightSection === undefined ? {} : { rightSection, rightSectionWidth: 'auto' })}
    />
  );
};

export const SwitchField = (field: FieldProps): ReactNode => {
  const { form } = useInstanceForm();
  return (
    <Switch {...form.getInputProps(field.path, { type: 'checkbox', withFocus: false })} {...useFieldTexts(field)} />
  );
};

interface Choice {
  readonly value: string;
  readonly label: string;
}

interface ChoiceFieldProps extends FieldProps {
  readonly choices: readonly Choice[];
}

/** A few choices side by side. */
export const SegmentField = ({ choices, ...field }: ChoiceFieldProps): ReactNode => {
  const { form } = useInstanceForm();
  const { label, description, error } = useFieldTexts(field);
  return (
    <Input.Wrapper label={label} description={description} error={error}>
      <div className={classes.segments}>
        <SegmentedControl
          {...form.getInputProps(field.path, { withFocus: false })}
          aria-label={label}
          data={[...choices]}
        />
      </div>
    </Input.Wrapper>
  );
};

export const SelectField = ({ choices, ...field }: ChoiceFieldProps): ReactNode => {
  const { form } = useInstanceForm();
  return (
    <Select
      {...form.getInputProps(field.path, { withFocus: false })}
      {...useFieldTexts(field)}
      data={[...choices]}
      allowDeselect={false}
    />
  );
};

/** A path, with a button that asks for a folder where the host can. */
export const FolderField = ({ placeholder, ...field }: TextFieldProps): ReactNode => {
  const { t } = useTranslation();
  const { form } = useInstanceForm();
  const send = useSend();
  const canPick = useCapability('pick-folder');
  const texts = useFieldTexts(field);
  const pick = async (): Promise<void> => {
    const answer = await send('host.pickFolder', { title: texts.label });
    if (answer === undefined || answer.path === null) return;
    form.setFieldValue(field.path, answer.path);
    form.setTouched((touched) => ({ ...touched, [field.path]: true }));
  };
  return (
    <TextInput
      {...form.getInputProps(field.path, { withFocus: false })}
      {...texts}
      classNames={{ input: classes.mono ?? '' }}
      autoComplete="off"
      spellCheck={false}
      {...(placeholder === undefined ? {} : { placeholder })}
      rightSection={
        canPick ? (
          <Tooltip label={t('instanceForm.fields.browse')}>
            <ActionIcon aria-label={t('instanceForm.fields.browse')} onClick={() => void pick()}>
              <IconFolderOpen size={frame.icon} aria-hidden />
            </ActionIcon>
          </Tooltip>
        ) : null
      }
    />
  );
};
