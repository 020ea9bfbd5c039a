import { isObject } from '#core/shared/json-object.ts';

/** Whether two JSON values are equal; `sameNumber` may count numbers that lie close together as equal. */
export const sameValue = (
  one: unknown,
  other: unknown,
  sameNumber: (one: number, other: number) => boolean = Object.is,
): boolean => {
  if (one === other) return true;
  if (typeof one === 'number' && typeof other === 'number') return sameNumber(one, other);
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => sameValue(item, other[index], sameNumber));
  }
  if (!isObject(one) || !isObject(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && sameValue(one[name], other[name], sameNumber))
  );
};
