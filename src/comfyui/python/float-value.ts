/** A Python float: JavaScript alone cannot tell 5.0 from 5, and what prints a value shows the difference. */
export interface FloatValue {
  readonly kind: 'float';
  readonly value: number;
}

export const isFloat = (value: unknown): value is FloatValue =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'float';
