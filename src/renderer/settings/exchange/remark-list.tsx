import type { ReactNode } from 'react';
import type { ExchangeRemark } from '#contract/models/configuration.ts';
import { fillSentence } from '../../text/describe-error.ts';
import { exchange } from '../../text/en/exchange.ts';
import { pageTexts } from '../../text/page-texts.ts';
import classes from './exchange.module.css';

/** The sentence for a remark: ours by its code, else the one that came with it. */
export const describeRemark = ({ code, details, message }: ExchangeRemark): string =>
  fillSentence(pageTexts('exchange', exchange).remarks[code], details) ?? message;

/** What whoever reads a plan should know. */
export const RemarkList = ({ remarks }: { readonly remarks: readonly ExchangeRemark[] }): ReactNode =>
  remarks.length === 0 ? null : (
    <ul className={classes.remarks}>
      {remarks.map((remark) => (
        <li key={`${remark.code} ${remark.message}`}>{describeRemark(remark)}</li>
      ))}
    </ul>
  );
