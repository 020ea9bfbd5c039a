import { Chip, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './library.module.css';

interface TagFilterProps {
  /** With how many workflows have it. */
  readonly tags: readonly (readonly [string, number])[];
  readonly value: string | null;
  readonly onChange: (tag: string | null) => void;
}

const all = 'all';
/** Names a tag so that none can be taken for all of them. */
const valueOf = (tag: string | null): string => (tag === null ? all : `tag ${tag}`);

/** One tag, or all workflows. */
export const TagFilter = ({ tags, value, onChange }: TagFilterProps): ReactNode => {
  const { t } = useTranslation();
  if (tags.length === 0) return null;
  return (
    <Chip.Group
      value={valueOf(value)}
      onChange={(next) => onChange(tags.find(([tag]) => valueOf(tag) === next)?.[0] ?? null)}
    >
      <Group gap="xs" className={classes.tagFilter ?? ''} role="group" aria-label={t('library.tags')}>
        <Chip value={all} size="xs" variant="outline">
          {t('library.allTags')}
        </Chip>
        {tags.map(([tag, count]) => (
          <Chip key={tag} value={valueOf(tag)} size="xs" variant="outline">
            <bdi>{tag}</bdi> {count}
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  );
};
