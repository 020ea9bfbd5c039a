import type { TFunction } from 'i18next';
import type { GalleryDetails } from '#contract/models/gallery.ts';
import { formatList } from '../../text/format.ts';

/** One thing that two results do not share. */
export interface Difference {
  readonly name: string;
  readonly first: string;
  readonly second: string;
}

const factsOf = (t: TFunction, item: GalleryDetails): readonly (readonly [string, string])[] => {
  const [sampler] = item.samplers;
  const text = (value: string | number | null | undefined): string =>
    value === null || value === undefined ? '–' : `${value}`;
  const { width, height } = item;
  return [
    [t('gallery.facts.prompt'), text(item.positive || null)],
    [t('gallery.facts.negative'), text(item.negative || null)],
    [t('gallery.facts.seed'), text(sampler?.seed)],
    [t('gallery.facts.steps'), text(sampler?.steps)],
    [t('gallery.facts.cfg'), text(sampler?.cfg)],
    [t('gallery.facts.sampler'), text(sampler?.sampler)],
    [t('gallery.facts.scheduler'), text(sampler?.scheduler)],
    [t('gallery.facts.denoise'), text(sampler?.denoise)],
    [t('gallery.facts.models'), text(formatList(item.models) || null)],
    [t('gallery.facts.size'), width === null || height === null ? '–' : t('gallery.facts.pixels', { width, height })],
  ];
};

/** What differs between two results, in the order in which the details name it. */
export const differencesOf = (t: TFunction, one: GalleryDetails, other: GalleryDetails): readonly Difference[] => {
  const others = factsOf(t, other);
  return factsOf(t, one).flatMap(([name, first], index) => {
    const second = others[index]?.[1] ?? '–';
    return first === second ? [] : [{ name, first, second }];
  });
};
