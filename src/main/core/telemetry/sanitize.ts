/** A number as it may be shown: finite, not negative (nor -0), not larger than what is exact; null for everything else. */
export const saneNumber = (value: number | null | undefined): number | null =>
  typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value + 0 : null;

export const saneInteger = (value: number | null | undefined): number | null => {
  const number = saneNumber(value);
  return number === null ? null : Math.trunc(number);
};

/** A share of 100; drivers answer a little more at times. */
export const sanePercent = (value: number | null | undefined): number | null => {
  const number = saneNumber(value);
  return number === null ? null : Math.min(100, number);
};

/** Degrees Celsius; a card in a cold room may be below zero, and a broken sensor answers thousands. */
export const saneTemperature = (value: number | null | undefined): number | null =>
  typeof value === 'number' && value > -60 && value < 200 ? value + 0 : null;
