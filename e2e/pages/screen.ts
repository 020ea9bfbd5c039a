import type { Page } from '@playwright/test';

type Scheme = 'dark' | 'light';

/** What can be asked of any screen over a canned studio. */
export interface Screen {
  /** Settles when nothing has changed for a moment: the parts that come over the wire are here. */
  calm(): Promise<void>;
  wear(scheme: Scheme): Promise<void>;
  speak(language: 'en' | 'zh'): Promise<void>;
  /** The elements whose animations go on. */
  moving(): Promise<readonly string[]>;
  /** The parts of the page, dialogs included, that are wider than there is room for. */
  widerThanWindow(): Promise<readonly string[]>;
  /** Those of the elements that something else covers in part or that are scrolled out in part: how large they are cannot be seen. */
  cutOff(selectors: readonly string[]): Promise<readonly string[]>;
  /** What the screens say in English, as opposed to names and texts that came from the studio. */
  englishSentences(): Promise<readonly string[]>;
}

interface Canned {
  speak(language: string): void;
  studioTexts(): readonly string[];
}

declare global {
  var cannedChanges: Canned;
}

/** Names that stay as they are in every language, and what commands, logs and code consist of. */
const staysEnglish = /ComfyUI|GitHub|Stability Matrix/g;

const visibleTexts = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const shown = (element: Element | null): boolean =>
      element !== null &&
      element.checkVisibility({ checkVisibilityCSS: true }) &&
      element.closest('script, style, code, pre, kbd, svg, [data-mono="true"], [translate="no"]') === null;
    const texts: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { parentElement, textContent } = walker.currentNode;
      if (shown(parentElement)) texts.push(textContent ?? '');
    }
    for (const element of document.querySelectorAll('[aria-label], [placeholder], [title], [aria-valuetext]')) {
      if (!shown(element)) continue;
      for (const name of ['aria-label', 'placeholder', 'title', 'aria-valuetext']) {
        texts.push(element.getAttribute(name) ?? '');
      }
    }
    return texts;
  });

const plain = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** Han characters, their punctuation, and what sets one part of a line apart from the next. */
const notLatin = /[\p{Script=Han}\u3000-\u303f\uff00-\uffef“”]+|: |, (?=\d)| · /u;

/** Names of files, numbered things, and inputs named after their node: whatever the language, they stay as they are. */
const names = [/\S+\.(?:safetensors|json|png)\b/g, / GPU \d+$/, /,? \d+,?$/, /^.+ \([a-z_]+\)$/, /^[a-z_]+ \(.+\)$/];
const withoutNames = (text: string): string => names.reduce((rest, name) => rest.replace(name, ''), text);

/** Two English words in a row make a sentence; one alone may be a name or a unit. */
const sounds = /\b[A-Za-z]*[a-z]{2,}[,.:;]? [a-z]{2,}\b/;

/** The screen that a page shows. */
export const screenOf = (page: Page): Screen => ({
  calm: () =>
    page.evaluate(
      ([quietMs, limitMs]) =>
        new Promise<void>((resolve) => {
          const done = (): void => {
            observer.disconnect();
            resolve();
          };
          let quiet = setTimeout(done, quietMs);
          const observer = new MutationObserver(() => {
            clearTimeout(quiet);
            quiet = setTimeout(done, quietMs);
          });
          observer.observe(document.body, { subtree: true, childList: true, characterData: true });
          setTimeout(done, limitMs);
        }),
      [150, 2000] as const,
    ),
  wear: (scheme) =>
    page.evaluate(async (value) => {
      document.documentElement.setAttribute('data-mantine-color-scheme', value);
      // Two frames, so that every colour has arrived.
      for (const _ of [1, 2]) await new Promise((resolve) => requestAnimationFrame(resolve));
    }, scheme),
  speak: async (language) => {
    await page.evaluate((value) => globalThis.cannedChanges.speak(value), language);
    await page.locator(`html[lang^=${language}]`).waitFor({ state: 'attached' });
  },
  moving: () =>
    page.evaluate(() =>
      document
        .getAnimations()
        .filter(({ playState, effect }) => playState === 'running' && effect?.getTiming().iterations === Infinity)
        .map(({ effect }) => (effect instanceof KeyframeEffect ? (effect.target?.outerHTML ?? '') : '')),
    ),
  widerThanWindow: () =>
    page.evaluate(() => {
      const parts = [document.documentElement, ...document.querySelectorAll('main, [role=dialog]')];
      return parts
        .filter((part) => part.scrollWidth > part.clientWidth || part.getBoundingClientRect().right > innerWidth + 1)
        .map((part) => `${part.tagName} ${part.id}: ${part.scrollWidth} in ${part.clientWidth}`);
    }),
  cutOff: (selectors) =>
    page.evaluate(
      (asked) =>
        asked.filter((selector) => {
          const element = document.querySelector(selector);
          if (element === null) return false;
          const { left, right, top, bottom } = element.getBoundingClientRect();
          const middle = (left + right) / 2;
          return [top + 1, bottom - 1].some((y) => {
            const there = document.elementFromPoint(middle, y);
            // What a neighbour covers is a fault; the edge of what scrolls and a head that stays on top of it are none.
            if (there === null || element.closest('main, [role=dialog]')?.contains(there) !== true) return true;
            for (
              let part: Element | null = there;
              part !== null && !part.contains(element);
              part = part.parentElement
            ) {
              if (getComputedStyle(part).position === 'sticky') return true;
            }
            return false;
          });
        }),
      selectors,
    ),
  englishSentences: async () => {
    const given = plain((await page.evaluate(() => globalThis.cannedChanges.studioTexts())).join('\n'));
    const texts = (await visibleTexts(page)).map(plain);
    const foreign = texts.flatMap((text) =>
      text.replaceAll(staysEnglish, '').split(notLatin).map(plain).map(withoutNames),
    );
    return [...new Set(foreign)].filter((text) => sounds.test(text) && !given.includes(text));
  },
});
