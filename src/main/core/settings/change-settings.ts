import { StudioError } from '#contract/errors.ts';
import { type Settings, settingsSchema } from '#contract/models/settings.ts';

/**
 * The settings after some fields were changed. Fails with INPUT_INVALID and one issue per field (`details.issues`) for a key that is
 * no setting and for a value that does not fit; then nothing is changed. A key with the value undefined is left alone.
 */
export const changeSettings = (settings: Settings, changes: Readonly<Record<string, unknown>>): Settings => {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  const parsed = settingsSchema.strict().safeParse({ ...settings, ...Object.fromEntries(given) });
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((field) => ({ field, message: 'no such setting' }));
    return [{ field: issue.path.join('.'), message: issue.message }];
  });
  const fields = issues.map(({ field }) => field);
  throw new StudioError('INPUT_INVALID', `These settings cannot be changed so: ${fields.join(', ')}.`, {
    details: { field: fields[0], issues },
  });
};
