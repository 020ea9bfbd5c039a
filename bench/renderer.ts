import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { ensureBuilt } from '../scripts/build.ts';
import { watchProcessors } from './dispatch/busy-processors.ts';
import { quantile } from './queue/row.ts';
import { serveCannedPage } from './renderer/canned-page.ts';
import { measureFirstPaint } from './renderer/first-paint.ts';
import { countDrawnCards, measureTyping } from './renderer/panel.ts';

/**
 * The pages in a real browser: typing into the search of 9 and of 256 instances, what a live update draws anew, and how soon the page of
 * a running studio is there.
 */
const { values } = parseArgs({ options: { json: { type: 'boolean' }, rounds: { type: 'string', default: '5' } } });

const frameLimitMs = 16;

interface Line {
  readonly what: string;
  readonly few: string;
  readonly many: string;
  readonly aim: string;
}

const milliseconds = (value: number): string => `${value.toFixed(1)} ms`;
const said = (isMet: boolean, aim: string): string => `${isMet ? 'met' : 'MISSED'}: ${aim}`;

ensureBuilt();
const stopWatching = watchProcessors();
const page = await serveCannedPage();
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const lines: Line[] = [];
try {
  const few = await measureTyping(browser, page.address, 'fleet');
  const many = await measureTyping(browser, page.address, 'many');
  const [fewWork, manyWork] = [quantile(few.keyMs, 0.5), quantile(many.keyMs, 0.5)];
  lines.push(
    {
      what: 'work for a key in the search, median',
      few: milliseconds(fewWork),
      many: milliseconds(manyWork),
      aim: said(
        manyWork < frameLimitMs,
        `below ${frameLimitMs} ms with 256 (× ${(manyWork / fewWork).toFixed(2)} of 9)`,
      ),
    },
    {
      what: 'work for a key in the search, p95',
      few: milliseconds(quantile(few.keyMs, 0.95)),
      many: milliseconds(quantile(many.keyMs, 0.95)),
      aim: '',
    },
    {
      what: 'frame while typing, p95',
      few: milliseconds(quantile(few.frameMs, 0.95)),
      many: milliseconds(quantile(many.frameMs, 0.95)),
      aim: '',
    },
  );
  const [drawnFew, drawnMany] = [
    await countDrawnCards(browser, page.address, 'fleet').catch(() => null),
    await countDrawnCards(browser, page.address, 'many'),
  ];
  const drawn = (name: keyof typeof drawnMany): Pick<Line, 'few' | 'many'> => ({
    few: drawnFew === null ? '–' : String(drawnFew[name]),
    many: String(drawnMany[name]),
  });
  lines.push(
    { what: 'cards on the page', ...drawn('shown'), aim: '' },
    {
      what: 'cards drawn anew: one on screen changed',
      ...drawn('byOneShown'),
      aim: said(drawnMany.byOneShown === 1, '1'),
    },
    {
      what: 'cards drawn anew: one out of sight changed',
      ...drawn('byOneHidden'),
      aim: said(drawnMany.byOneHidden === 0, '0'),
    },
    {
      what: 'whole cards drawn anew: new readings of 3',
      ...drawn('byReadings'),
      aim: said(drawnMany.byReadings === 0, '0'),
    },
  );
} finally {
  await browser.close();
  await page.close();
}
const paints = await measureFirstPaint(Number(values.rounds));
const [paintMs, interactiveMs] = [
  quantile(
    paints.map((one) => one.paintMs),
    0.5,
  ),
  quantile(
    paints.map((one) => one.interactiveMs),
    0.5,
  ),
];
const kilobytes = (paints[0]?.scriptBytes ?? 0) / 1000;
lines.push(
  {
    what: 'first paint of a running studio',
    few: milliseconds(paintMs),
    many: '',
    aim: said(paintMs < 1000, 'below 1 s'),
  },
  {
    what: 'its panel takes clicks',
    few: milliseconds(interactiveMs),
    many: '',
    aim: said(interactiveMs < 2000, 'below 2 s'),
  },
  { what: 'its scripts until then, unpacked or not as sent', few: `${kilobytes.toFixed(0)} kB`, many: '', aim: '' },
);
const { processors, share, loadAverage } = stopWatching();
const machine = `${processors} processors, ${(share * 100).toFixed(0)} % busy, load average ${loadAverage.toFixed(1)}`;
if (values.json === true) process.stdout.write(`${JSON.stringify({ lines, machine })}\n`);
else {
  const row = ({ what, few, many, aim }: Line): string =>
    `${what.padEnd(50)}${few.padStart(10)}${many.padStart(12)}  ${aim}`.trimEnd();
  const head = row({ what: '', few: '9', many: '256', aim: '' });
  process.stdout.write(`${[head, ...lines.map(row), machine].join('\n')}\n`);
}
