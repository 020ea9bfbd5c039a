import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { frame } from '../theme/tokens.ts';

interface SearchFieldProps {
  readonly value: string;
  readonly label: string;
  readonly clearLabel: string;
  readonly className?: string | undefined;
  readonly onSearch: (text: string) => void;
}

/** Long enough to take in a typed word at once, short enough not to be felt. */
const pauseMs = 120;

/** A search whose text is always what was typed, while what it finds follows a moment later. */
export const SearchField = ({ value, label, clearLabel, className, onSearch }: SearchFieldProps): ReactNode => {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  const [seen, setSeen] = useState(value);
  const send = useDebouncedCallback((next: string) => {
    setKnown(next);
    onSearch(next);
  }, pauseMs);
  // What was sent comes back a moment later; until then the old value is no news, and must not take the place of what was typed.
  if (value !== seen) {
    setSeen(value);
    // Somebody else changed it: a link, or a button that clears all filters.
    if (value !== known && text === known) {
      setKnown(value);
      setText(value);
    }
  }
  const type = (next: string): void => {
    setText(next);
    send(next);
  };
  return (
    <TextInput
      size="sm"
      className={className ?? ''}
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={frame.iconSmall} aria-hidden />}
      value={text}
      onChange={({ currentTarget }) => type(currentTarget.value)}
      rightSection={text === '' ? null : <CloseButton size="sm" aria-label={clearLabel} onClick={() => type('')} />}
    />
  );
};
