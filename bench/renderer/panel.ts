import type { Browser, Page } from 'playwright';
import { installDrawCounter } from './draw-counter.ts';

export interface TypingTimes {
  /** Work of the page for each key, until it has been drawn, in milliseconds. */
  readonly keyMs: readonly number[];
  /** Time between two frames while somebody typed. */
  readonly frameMs: readonly number[];
}

const searchLabel = 'Search by name, id or description';
const typed = 'gpu 1 gpu 23 gpu';

const openPanel = async (browser: Browser, address: string, scenario: string): Promise<Page> => {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en' });
  await page.addInitScript(installDrawCounter, ['InstanceCard', 'LoadedCard']);
  await page.goto(`${address}testing/page.html?scenario=${scenario}#/instances`);
  await page.getByRole('article').first().waitFor();
  await page.waitForLoadState('networkidle');
  return page;
};

/** In the page: how long frames take until the answered promise is asked for. */
const watchFrames = `(() => {
  const frames = [];
  const events = [];
  let last = performance.now();
  let on = true;
  const tick = (at) => { frames.push(at - last); last = at; if (on) requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.name === 'keydown' || entry.name === 'input') events.push(entry.processingEnd - entry.startTime);
  });
  observer.observe({ type: 'event', durationThreshold: 16, buffered: false });
  globalThis.takeFrames = () => { on = false; observer.disconnect(); return { frames, events }; };
})()`;

/** Types into the search of a panel and deletes it again, a key each 60 ms, as a quick typist does. */
export const measureTyping = async (browser: Browser, address: string, scenario: string): Promise<TypingTimes> => {
  const page = await openPanel(browser, address, scenario);
  const search = page.getByRole('textbox', { name: searchLabel });
  await search.click();
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const taskMs = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000;
  };
  await page.evaluate(watchFrames);
  const keyMs: number[] = [];
  const keys = typed.split('');
  for (const key of [...keys, ...keys.map(() => 'Backspace')]) {
    const before = await taskMs();
    await page.keyboard.press(key === ' ' ? 'Space' : key);
    await page.waitForTimeout(60);
    keyMs.push((await taskMs()) - before);
  }
  const taken: unknown = await page.evaluate('takeFrames()');
  await page.close();
  const frameMs =
    typeof taken === 'object' && taken !== null && 'frames' in taken && Array.isArray(taken.frames)
      ? taken.frames.map(Number)
      : [];
  return { keyMs, frameMs };
};

/** How many cards are drawn anew for a change; the page shows a dozen of its instances. */
export interface DrawnCards {
  readonly shown: number;
  /** One instance on screen changed. */
  readonly byOneShown: number;
  /** One instance out of sight changed. */
  readonly byOneHidden: number;
  /** A sample of all readings, of which three on screen differ. */
  readonly byReadings: number;
}

export const countDrawnCards = async (browser: Browser, address: string, scenario: string): Promise<DrawnCards> => {
  const page = await openPanel(browser, address, scenario);
  const drawnBy = async (change: string): Promise<number> => {
    await page.evaluate('takeDrawCounts()');
    await page.evaluate(change);
    // Two frames later everything that the change led to is on screen.
    await page.evaluate(
      'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))',
    );
    const counts: unknown = await page.evaluate('takeDrawCounts()');
    return typeof counts === 'object' && counts !== null && 'LoadedCard' in counts ? Number(counts.LoadedCard) : 0;
  };
  const shown = await page.getByRole('article').count();
  const byOneShown = await drawnBy('cannedChanges.changeInstance(1)');
  const byOneHidden = await drawnBy('cannedChanges.changeInstance(200)');
  const byReadings = await drawnBy('cannedChanges.sampleReadings(3)');
  await page.close();
  return { shown, byOneShown, byOneHidden, byReadings };
};
