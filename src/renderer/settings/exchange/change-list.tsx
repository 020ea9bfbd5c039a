import type { TFunction } from 'i18next';
import { Fragment, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldChange } from '#contract/models/configuration.ts';
import { instanceForm } from '../../text/en/instance-form.ts';
import classes from './exchange.module.css';

type FieldName = {
  [Name in keyof typeof instanceForm.fields]: (typeof instanceForm.fields)[Name] extends { label: string }
    ? Name
    : never;
}[keyof typeof instanceForm.fields];

const isFieldName = (name: string): name is FieldName =>
  Object.entries(instanceForm.fields).some(([key, text]) => key === name && typeof text !== 'string');

/** `folders.output` is labelled as `folderOutput` in the form. */
const nameInForm = (field: string): string =>
  field.replace(/^folders\.(\w)/, (_match, first: string) => `folder${first.toUpperCase()}`);

/** A field as the form of an instance calls it; a variable by its own name. */
const labelOf = (t: TFunction, field: string): string => {
  const variable = /^environmentVariables\.(.+)$/.exec(field)?.[1];
  if (variable !== undefined) return variable;
  const name = nameInForm(field);
  return isFieldName(name) ? t(`instanceForm.fields.${name}.label`) : field;
};

/** Fields with what they were and what they become. */
export const ChangeList = ({
  changes,
  name,
}: {
  readonly changes: readonly FieldChange[];
  readonly name: string;
}): ReactNode => {
  const { t } = useTranslation();
  if (changes.length === 0) return null;
  const shown = (value: string | null): string =>
    value === null || value === '' ? t('exchange.changes.nothing') : value;
  return (
    <dl className={classes.changes} aria-label={t('exchange.changes.title', { name })}>
      {changes.map(({ field, before, after }) => (
        <Fragment key={field}>
          <dt className={classes.field} title={field}>
            {labelOf(t, field)}
          </dt>
          <dd className={classes.values}>
            <del
              translate="no"
              className={classes.before}
              aria-label={`${t('exchange.changes.from')} ${shown(before)}`}
            >
              {shown(before)}
            </del>
            {' → '}
            <ins translate="no" aria-label={`${t('exchange.changes.to')} ${shown(after)}`} className={classes.after}>
              {shown(after)}
            </ins>
          </dd>
        </Fragment>
      ))}
    </dl>
  );
};
