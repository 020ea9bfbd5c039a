import { afterEach, describe, expect, it, vi } from 'vitest';
import { createViewStore } from '../state/view-state.ts';
import { describeCode } from './describe-error.ts';
import { followLanguage } from './follow-language.ts';
import { createLanguageSwitch, createTexts } from './i18n.ts';
import { pageLanguage, resolveLanguage } from './language.ts';
import { zh } from './zh/index.ts';

const storage = (): Storage => {
  sessionStorage.clear();
  return sessionStorage;
};

afterEach(() => {
  document.documentElement.lang = 'en';
});

describe('the language of a window', () => {
  it.each([
    ['en', ['zh-CN'], 'en'],
    ['zh', ['en-US'], 'zh'],
    ['system', ['zh-Hans-CN', 'en'], 'zh'],
    ['system', ['fr-FR', 'zh-TW'], 'zh'],
    ['system', ['fr-FR', 'en-GB', 'zh'], 'en'],
    ['system', ['fr'], 'en'],
    ['system', [], 'en'],
  ] as const)('chosen %s on a system of %j is %s', (choice, system, language) => {
    expect(resolveLanguage(choice, system)).toBe(language);
  });

  it('changes words, page and errors together, and is kept', async () => {
    const kept = storage();
    const view = createViewStore(kept);
    const texts = createTexts();
    await followLanguage(view, texts);
    expect([texts.t('frame.navigation.jobs'), pageLanguage()]).toEqual(['Queue', 'en']);

    view.getState().chooseLanguage('zh');
    await vi.waitFor(() => expect(texts.t('frame.navigation.jobs')).toBe('队列'));
    expect(document.documentElement.lang).toBe('zh-CN');
    expect(describeCode('LAUNCH_DISK_FULL').happened).toBe('磁盘已满。');
    expect(createViewStore(kept).getState().language).toBe('zh');

    view.getState().chooseLanguage('en');
    await vi.waitFor(() => expect(document.documentElement.lang).toBe('en'));
    expect(describeCode('LAUNCH_DISK_FULL').happened).toBe('The disk is full.');
  });

  it('stays with a later choice when the sentences of an earlier one come late', async () => {
    const texts = createTexts();
    const late = Promise.withResolvers<typeof zh>();
    const speak = createLanguageSwitch(texts, { en: async () => ({}), zh: () => late.promise });
    const chinese = speak('zh');
    await speak('en');
    late.resolve(zh);
    await chinese;
    expect(texts.language).toBe('en');
  });

  it('goes on in its language when the sentences cannot be loaded', async () => {
    const view = createViewStore(storage());
    const texts = createTexts();
    const reported = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    view.getState().chooseLanguage('zh');
    await followLanguage(view, texts, () => Promise.reject(new Error('offline')));
    expect(texts.language).toBe('en');
    expect(reported).toHaveBeenCalledOnce();
    reported.mockRestore();
  });
});
