import { type Palette, palettes } from './palettes.ts';
import { createRandomStream, hashText, mixBits } from './random.ts';

export const motifs = ['mountains', 'sea', 'dunes', 'forest', 'city', 'space', 'silk'] as const;
export type Motif = (typeof motifs)[number];

/** What a picture shows. The prompt decides motif and colours, the seed decides the composition. */
export interface Scene {
  readonly motif: Motif;
  /** Whether the prompt asks for water in front of hills or trees; null = the seed decides. */
  readonly hasWater: boolean | null;
  readonly palette: Palette;
  /** OKLab angle that the palette is turned by, radians. */
  readonly hueTurn: number;
  /** OKLab angle of a colour that the prompt names, or null. */
  readonly tintAngle: number | null;
  /** For everything that is drawn at random. */
  readonly seed: number;
  /** 0 = as sketched with few steps, 1 = finished. */
  readonly finish: number;
  /** Around 1; from the guidance scale. */
  readonly contrast: number;
}

/** All that a sampled picture depends on beside its size. */
export interface SceneRequest {
  readonly prompt: string;
  readonly negativePrompt: string;
  readonly seed: number;
  readonly steps: number;
  readonly guidance: number;
  /** Model, LoRAs, sampler and whatever else makes another picture of the same prompt. */
  readonly style: string;
}

const motifWords: Readonly<Record<Motif, readonly string[]>> = {
  mountains: [
    'mountain',
    'mountains',
    'alps',
    'hill',
    'hills',
    'valley',
    'peak',
    'volcano',
    'peaks',
    'landscape',
    'glacier',
    'canyon',
  ],
  sea: [
    'sea',
    'ocean',
    'beach',
    'lake',
    'river',
    'water',
    'island',
    'coast',
    'harbor',
    'harbour',
    'boat',
    'bay',
    'fjord',
  ],
  dunes: ['desert', 'dune', 'dunes', 'sand', 'sahara', 'mars', 'oasis', 'camel'],
  forest: ['forest', 'woods', 'tree', 'trees', 'jungle', 'pine', 'pines', 'taiga', 'meadow', 'deer', 'fox', 'wolf'],
  city: [
    'city',
    'skyline',
    'street',
    'town',
    'skyscraper',
    'skyscrapers',
    'tokyo',
    'york',
    'cyberpunk',
    'building',
    'car',
  ],
  space: [
    'space',
    'galaxy',
    'nebula',
    'planet',
    'planets',
    'cosmos',
    'cosmic',
    'astronaut',
    'universe',
    'spaceship',
    'alien',
  ],
  silk: ['abstract', 'pattern', 'silk', 'fluid', 'marble', 'texture', 'wallpaper', 'paint', 'liquid', 'swirl', 'logo'],
};

const waterWords: readonly string[] = ['lake', 'river', 'water', 'reflection', 'reflections', 'pond', 'fjord', 'sea'];

/** OKLab angles of the colours that people name. */
const colourAngles: Readonly<Record<string, number>> = {
  red: 0.5,
  orange: 1.05,
  yellow: 1.9,
  gold: 1.6,
  green: 2.5,
  emerald: 2.75,
  teal: 3.4,
  turquoise: 3.3,
  cyan: 3.45,
  blue: 4.5,
  indigo: 4.85,
  violet: 5.2,
  purple: 5.3,
  magenta: 5.8,
  pink: 6.2,
};

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** The candidate that most words ask for, earlier words counting more; null when none is asked for. */
const mostWanted = <Item>(
  items: readonly Item[],
  wordsFor: (item: Item) => readonly string[],
  words: readonly string[],
): Item | null => {
  let best: Item | null = null;
  let bestScore = 0;
  for (const item of items) {
    const wanted = wordsFor(item);
    const score = words.reduce((sum, word, place) => sum + (wanted.includes(word) ? 1 + 1 / (place + 1) : 0), 0);
    if (score > bestScore) [best, bestScore] = [item, score];
  }
  return best;
};

const pick = <Item>(items: readonly Item[], fallback: Item, share: number): Item =>
  items[Math.floor(share * items.length)] ?? fallback;

const enoughSteps = 16;
const usualGuidance = 7.5;

/** 64-bit seeds arrive as doubles: both halves count. */
const foldSeed = (seed: number): number => mixBits(Math.floor(seed / 2 ** 32) ^ (seed >>> 0));

/** Reads a request into a scene; equal requests give equal scenes. */
export const describeScene = (request: SceneRequest): Scene => {
  const words = wordsOf(request.prompt);
  const [first, ...others] = palettes;
  if (first === undefined) throw new Error('no palettes');
  // Words choose; what they leave open is drawn from the prompt, so that all seeds of a prompt belong together.
  const choice = createRandomStream(hashText(words.join(' ')));
  const [paletteShare, motifShare, hueShare] = [choice(), choice(), choice()];
  const palette =
    mostWanted(palettes, (item) => item.words, words) ??
    mostWanted(palettes, (item) => item.settings, words) ??
    pick([first, ...others], first, paletteShare);
  const motif = mostWanted(motifs, (item) => motifWords[item], words) ?? pick(motifs, 'mountains', motifShare);
  const colour = words.find((word) => Object.hasOwn(colourAngles, word));
  const variation = hashText(
    `${request.style}\n${request.negativePrompt}\n${request.steps}\n${request.guidance}\n${words.join(' ')}`,
  );
  const seed = mixBits(foldSeed(request.seed) ^ variation);
  return {
    motif,
    hasWater: words.some((word) => waterWords.includes(word)) ? true : null,
    palette,
    hueTurn: (hueShare - 0.5) * 0.4 + (createRandomStream(seed ^ 0x40e)() - 0.5) * 0.3,
    tintAngle: colour === undefined ? null : (colourAngles[colour] ?? null),
    seed,
    finish: Math.min(1, request.steps / enoughSteps),
    contrast: 1 + Math.max(-0.12, Math.min(0.12, (request.guidance - usualGuidance) * 0.015)),
  };
};
