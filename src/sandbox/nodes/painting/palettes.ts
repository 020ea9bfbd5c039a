/** The colours of a place at an hour; hex so that they can be read beside a colour picker. */
export interface PaletteColours {
  /** From the top of the sky to the horizon. */
  readonly sky: readonly [top: string, upper: string, lower: string, horizon: string];
  /** Hills at the horizon and at the painter's feet. */
  readonly far: string;
  readonly near: string;
  /** Sun or moon, and what it lights. */
  readonly light: string;
  /** A colour that stands out: lamps, flowers, crests. */
  readonly accent: string;
}

export interface Palette extends PaletteColours {
  readonly name: string;
  readonly hour: 'day' | 'dusk' | 'night';
  /** Prompt words that ask for it: light, hour, mood. */
  readonly words: readonly string[];
  /** Words for things that suit it; they count when no word above is there. */
  readonly settings: readonly string[];
}

/** Curated palettes: every picture starts from one of them, turned a little by the prompt. */
export const palettes: readonly Palette[] = [
  {
    name: 'rose dusk',
    hour: 'dusk',
    words: ['dusk', 'evening', 'sunset', 'twilight', 'romantic', 'pink', 'rose'],
    settings: ['flamingo', 'cherry', 'blossom'],
    sky: ['#1b1f4b', '#5b3f8c', '#d9678f', '#ffc39e'],
    far: '#9d6f9f',
    near: '#150f2e',
    light: '#fff0d0',
    accent: '#ff8f6b',
  },
  {
    name: 'golden hour',
    hour: 'dusk',
    words: ['golden', 'gold', 'autumn', 'warm', 'amber', 'sunrise', 'harvest', 'yellow'],
    settings: ['field', 'wheat', 'lion', 'horse'],
    sky: ['#2b5d8f', '#82b3c6', '#f6c785', '#fff0c9'],
    far: '#c79d84',
    near: '#2a1f2d',
    light: '#fff8e0',
    accent: '#f2803d',
  },
  {
    name: 'mint morning',
    hour: 'day',
    words: ['morning', 'dawn', 'spring', 'fresh', 'mint', 'turquoise', 'peaceful'],
    settings: ['lake', 'bird', 'birds', 'rain'],
    sky: ['#1f6a8c', '#6bb7b8', '#cdeccb', '#fdf6d8'],
    far: '#86b4ac',
    near: '#0f3138',
    light: '#fffbe6',
    accent: '#f7a072',
  },
  {
    name: 'moonlight',
    hour: 'night',
    words: ['moon', 'moonlight', 'midnight', 'starry'],
    settings: ['owl', 'wolf', 'ghost', 'night', 'dark', 'blue', 'stars'],
    sky: ['#050a1f', '#0e1f48', '#24457d', '#6c8fbd'],
    far: '#3a5a8a',
    near: '#040713',
    light: '#f4f6ff',
    accent: '#ffd27a',
  },
  {
    name: 'northern light',
    hour: 'night',
    words: ['aurora', 'northern', 'lights', 'magic', 'magical', 'mystic', 'emerald'],
    settings: ['iceland', 'norway', 'elf'],
    sky: ['#040a1c', '#08243a', '#0f4a55', '#3c8f88'],
    far: '#1d5560',
    near: '#020a12',
    light: '#dffcf0',
    accent: '#5df2b0',
  },
  {
    name: 'ember',
    hour: 'dusk',
    words: ['fire', 'ember', 'red', 'war', 'apocalypse'],
    settings: ['volcano', 'dragon', 'lava'],
    sky: ['#170b1f', '#4c1433', '#bd3b2b', '#ffb054'],
    far: '#8a3a35',
    near: '#12060f',
    light: '#fff1c2',
    accent: '#ff5a2a',
  },
  {
    name: 'desert noon',
    hour: 'day',
    words: ['orange'],
    settings: ['desert', 'dune', 'dunes', 'sand', 'sahara', 'canyon', 'mars', 'camel'],
    sky: ['#2f6ea8', '#8cc1da', '#f6dcb2', '#fdeccb'],
    far: '#e2ae79',
    near: '#7c3a20',
    light: '#fffbe8',
    accent: '#d9622f',
  },
  {
    name: 'winter',
    hour: 'day',
    words: ['winter', 'snow', 'snowy', 'frozen', 'cold', 'white'],
    settings: ['glacier', 'alps', 'ice', 'penguin'],
    sky: ['#4f80b3', '#9dc4dd', '#e0edf4', '#fdf1ea'],
    far: '#b8cfdf',
    near: '#38546d',
    light: '#ffffff',
    accent: '#f4b6a6',
  },
  {
    name: 'forest light',
    hour: 'day',
    words: [],
    settings: ['forest', 'woods', 'jungle', 'meadow', 'tree', 'trees', 'garden', 'nature', 'green'],
    sky: ['#2f6270', '#7fae9f', '#d8e2b0', '#fbf5cb'],
    far: '#8aab8c',
    near: '#0d2a22',
    light: '#fffbe0',
    accent: '#e9c46a',
  },
  {
    name: 'lavender',
    hour: 'dusk',
    words: ['lavender', 'purple', 'violet', 'dream', 'dreamy', 'fantasy'],
    settings: ['fairy', 'castle', 'unicorn', 'flower', 'flowers'],
    sky: ['#352f78', '#8676c4', '#e2b1d9', '#ffe4dc'],
    far: '#a08bc0',
    near: '#1f173f',
    light: '#fff6ee',
    accent: '#f78fb3',
  },
  {
    name: 'neon',
    hour: 'night',
    words: ['neon', 'cyberpunk', 'futuristic', 'synthwave', 'retro'],
    settings: ['city', 'robot', 'street', 'car', 'skyline'],
    sky: ['#0a0726', '#2a1060', '#8c1f86', '#ff6f91'],
    far: '#5b2a86',
    near: '#07041a',
    light: '#ffe9f3',
    accent: '#2de2e6',
  },
  {
    name: 'sea breeze',
    hour: 'day',
    words: [],
    settings: ['sea', 'ocean', 'beach', 'lake', 'river', 'water', 'island', 'clouds', 'boat', 'day', 'summer'],
    sky: ['#1e63ad', '#63a6dc', '#bfe0ee', '#fff3de'],
    far: '#7fa3bd',
    near: '#173247',
    light: '#fffdf2',
    accent: '#ff9e7a',
  },
];
