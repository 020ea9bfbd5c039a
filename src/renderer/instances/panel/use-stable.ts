import { replaceEqualDeep } from '@tanstack/react-query';
import { useRef } from 'react';

/** The same object as before while it says the same, so that what depends on it is not made anew. */
export const useStable = <Value>(value: Value): Value => {
  const last = useRef(value);
  last.current = replaceEqualDeep(last.current, value);
  return last.current;
};
