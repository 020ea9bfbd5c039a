/** The languages in which the server itself has pages; the screens know theirs on their own. */
export type PageLanguage = 'en' | 'zh';

/** The first of our languages among those that a browser would like, by its Accept-Language header; English where it names none. */
export const acceptedLanguage = (header: string | undefined): PageLanguage => {
  const wishes = (header ?? '').split(',').map((wish) => {
    const [tag = '', ...parameters] = wish.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((part) => part.startsWith('q='))?.slice(2);
    return { language: tag.split('-')[0], quality: quality === undefined ? 1 : Number(quality) };
  });
  const wanted = wishes.filter(({ quality }) => quality > 0).toSorted((a, b) => b.quality - a.quality);
  const first = wanted.find(({ language }) => language === 'en' || language === 'zh');
  return first?.language === 'zh' ? 'zh' : 'en';
};
