import type { CSSProperties, ReactNode } from 'react';
import classes from './meter.module.css';

interface MeterProps {
  /** 0 to 1; null while it is not known. */
  readonly fraction: number | null;
  readonly label: string;
  /** What a screen reader says instead of the percentage. */
  readonly valueText?: string;
  /** `progress` for work under way, `level` for something that fills up and is marked when nearly full. */
  readonly kind: 'progress' | 'level';
}

const nearlyFull = 0.92;

/** A thin bar. */
export const Meter = ({ fraction, label, valueText, kind }: MeterProps): ReactNode => {
  const known = fraction !== null && Number.isFinite(fraction);
  const part = known ? Math.min(1, Math.max(0, fraction)) : 0;
  const style: CSSProperties = { inlineSize: `${part * 100}%` };
  const range = { 'aria-valuemin': 0, 'aria-valuemax': 100 };
  const spoken =
    known || kind === 'progress'
      ? { 'aria-label': label, ...(valueText === undefined ? {} : { 'aria-valuetext': valueText }) }
      : { 'aria-label': [label, valueText].filter(Boolean).join(': ') };
  return (
    <div
      className={classes.track}
      // A meter has to have a value; one without is only a drawing that says so.
      role={kind === 'progress' ? 'progressbar' : known ? 'meter' : 'img'}
      {...(known || kind === 'progress' ? range : {})}
      {...(known ? { 'aria-valuenow': Math.round(part * 100) } : {})}
      {...spoken}
    >
      <div className={classes.fill} data-kind={kind} data-full={kind === 'level' && part >= nearlyFull} style={style} />
    </div>
  );
};
