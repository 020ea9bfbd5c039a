/** What a key press needs to be told apart by; a KeyboardEvent has all of it. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

const sameKey = (press: KeyPress, key: string): boolean => {
  if (press.key.toLowerCase() === key.toLowerCase()) return true;
  // With Shift or Alt, and on some keyboard layouts, the character differs from the key that is meant.
  if (/^[0-9]$/.test(key)) return press.code === `Digit${key}` || press.code === `Numpad${key}`;
  const isOtherScript = press.altKey || !/^[ -~]*$/.test(press.key);
  return /^[a-z]$/i.test(key) && press.code === `Key${key.toUpperCase()}` && isOtherScript;
};

/** Whether a press is the one written as `mod+shift+N`: every named modifier held and no other. */
export const matchesKeys = (press: KeyPress, keys: string): boolean => {
  const parts = keys.split('+');
  const key = parts.at(-1) ?? '';
  const wants = (modifier: string): boolean => parts.slice(0, -1).includes(modifier);
  return (
    (press.ctrlKey || press.metaKey) === wants('mod') &&
    press.shiftKey === wants('shift') &&
    press.altKey === wants('alt') &&
    sameKey(press, key)
  );
};
