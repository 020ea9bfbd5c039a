import { describe, expect, it } from 'vitest';
import { en } from './en/index.ts';
import { zh } from './zh/index.ts';

/** Every sentence by its key: `errors.INTERNAL.happened`. */
const sentencesOf = (texts: unknown, path = ''): Map<string, string> => {
  if (typeof texts === 'string') return new Map([[path, texts]]);
  const parts = typeof texts === 'object' && texts !== null ? Object.entries(texts) : [];
  return new Map(parts.flatMap(([key, part]) => [...sentencesOf(part, path === '' ? key : `${path}.${key}`)]));
};

const placeholdersOf = (sentence: string): string[] => [...sentence.matchAll(/\{\{.*?\}\}/g)].map(([part]) => part);

const english = sentencesOf(en);
const chinese = sentencesOf(zh);
/** Chinese has one form for any number of things, so the form for one is missing by right. */
const needed = [...english.keys()].filter((key) => !key.endsWith('_one'));

/** Names that are the same in any language: products, flags, paths, examples. */
const names =
  /\{\{.*?\}\}|https?:\S+|\/\S+|--?[a-z][\w-]*|\b[A-Z_]{3,}\S*|\b[\w-]+\.\w+\b|\b(?:Atelier|ComfyUI|Krita|Python|PyTorch|Character Gen|RTX 4090)\b/g;

describe('the Chinese sentences', () => {
  it('are looked at', () => {
    expect(english.size).toBeGreaterThan(800);
  });

  it('miss none of the English ones', () => {
    expect(needed.filter((key) => !chinese.has(key))).toEqual([]);
  });

  it('have none that English lacks', () => {
    expect([...chinese.keys()].filter((key) => !english.has(key))).toEqual([]);
  });

  it('fill in the same facts', () => {
    const different = [...chinese].filter(
      ([key, sentence]) =>
        placeholdersOf(sentence).sort().join() !==
        placeholdersOf(english.get(key) ?? '')
          .sort()
          .join(),
    );
    expect(different).toEqual([]);
  });

  it('are empty only where the English ones are', () => {
    expect([...chinese].filter(([key, sentence]) => (sentence === '') !== (english.get(key) === ''))).toEqual([]);
  });

  it('leave no English words behind but names', () => {
    const english = [...chinese].filter(([, sentence]) => /[a-z]{2,} [a-z]{2,}/.test(sentence.replaceAll(names, '')));
    expect(english).toEqual([]);
  });

  it('use full-width punctuation between Han characters', () => {
    expect([...chinese].filter(([, sentence]) => /\p{Script=Han}[,;:?!]\p{Script=Han}/u.test(sentence))).toEqual([]);
  });
});
