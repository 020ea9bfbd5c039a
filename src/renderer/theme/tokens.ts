/**
 * Every colour and size of the product. Components name a token (`var(--at-…)` or a Mantine theme key) and never a value.
 * Colour means state; the one accent (amber) marks what one can act on and what is active.
 */

/** Warm grey, 12 steps from the lightest paper to the darkest room. */
export const warmGrey = {
  1: '#fbfaf8',
  2: '#f4f2ee',
  3: '#e9e6e0',
  4: '#dad6ce',
  5: '#c2bcb2',
  6: '#a8a196',
  7: '#7f786d',
  8: '#655e55',
  9: '#3d3832',
  10: '#2b2723',
  11: '#1d1a17',
  12: '#141210',
} as const;

const ivory = '#f1ede6';
const ink = '#211d19';
const paper = '#ffffff';

/** Amber, ten shades as Mantine wants them. */
export const amber = [
  '#fff8e6',
  '#feefc8',
  '#fcdf92',
  '#f9cd5b',
  '#f5bd32',
  '#e9a91a',
  '#c98a06',
  '#8a5c00',
  '#704a00',
  '#4f3500',
] as const;

/** Red for what destroys; white words stand on the shades 4 and 5. */
export const red = [
  '#fde7e5',
  '#fbcbc7',
  '#f7a39d',
  '#f0625a',
  '#d1372e',
  '#c22f26',
  '#ab261e',
  '#8c1d17',
  '#701713',
  '#50110e',
] as const;

export const states = ['running', 'changing', 'paused', 'error', 'stopped'] as const;
/** What a colour may mean. */
export type StateColour = (typeof states)[number];

/** `shape` 3:1 against every surface, `text` 4.5:1 against every surface and its own `surface`. */
interface StateTones {
  readonly shape: string;
  readonly text: string;
  readonly surface: string;
}

export interface SchemeTokens {
  readonly page: string;
  readonly raised: string;
  readonly overlay: string;
  readonly sunken: string;
  readonly hover: string;
  readonly border: string;
  readonly borderStrong: string;
  readonly text: string;
  readonly textQuiet: string;
  readonly placeholder: string;
  readonly accent: string;
  readonly accentText: string;
  readonly accentSurface: string;
  readonly states: Readonly<Record<StateColour, StateTones>>;
}

export const schemes: Readonly<Record<'dark' | 'light', SchemeTokens>> = {
  dark: {
    page: warmGrey[12],
    raised: warmGrey[11],
    overlay: '#24201d',
    sunken: '#0e0d0b',
    hover: warmGrey[10],
    border: '#332e29',
    borderStrong: '#4d463e',
    text: ivory,
    textQuiet: warmGrey[6],
    placeholder: '#989186',
    accent: amber[4],
    accentText: amber[4],
    accentSurface: '#2e2510',
    states: {
      running: { shape: '#4cc38a', text: '#74d6a7', surface: '#152a20' },
      changing: { shape: '#ded24a', text: '#e6dc74', surface: '#2a2811' },
      paused: { shape: '#f0883a', text: '#f7a768', surface: '#33200f' },
      error: { shape: '#f0625a', text: '#ff958e', surface: '#371b19' },
      stopped: { shape: '#857e73', text: '#aaa398', surface: '#26221f' },
    },
  },
  light: {
    page: warmGrey[2],
    raised: paper,
    overlay: paper,
    sunken: warmGrey[3],
    hover: warmGrey[2],
    border: warmGrey[4],
    borderStrong: warmGrey[5],
    text: ink,
    textQuiet: warmGrey[8],
    placeholder: '#6f685e',
    accent: amber[5],
    accentText: '#7d5300',
    accentSurface: '#fff3d4',
    states: {
      running: { shape: '#218a57', text: '#166440', surface: '#e2f3e9' },
      changing: { shape: '#8f7f00', text: '#655900', surface: '#f8f3c9' },
      paused: { shape: '#c95f0e', text: '#90420a', surface: '#fdebdb' },
      error: { shape: '#d1372e', text: '#ab261e', surface: '#fde7e5' },
      stopped: { shape: '#7f786d', text: '#5c554c', surface: '#efece6' },
    },
  },
};

/** Colours of a terminal, readable on the log surface of each scheme (4.5:1). */
export const terminal = {
  dark: {
    black: '#8f887d',
    red: '#ff8f87',
    green: '#74d6a7',
    yellow: '#ecd06a',
    blue: '#8fb8f5',
    magenta: '#dea2e6',
    cyan: '#76d0d8',
    white: ivory,
  },
  light: {
    black: ink,
    red: '#a8231b',
    green: '#14603c',
    yellow: '#665500',
    blue: '#1f4f9e',
    magenta: '#84308f',
    cyan: '#0f5f68',
    white: '#5c554c',
  },
} as const;

const pixels = (value: number): string => `${value / 16}rem`;

/** Lengths that a stylesheet may name as `--at-<name>`. */
export const sizes = {
  'toolbar-height': pixels(48),
  'status-bar-height': pixels(28),
  'side-bar-narrow': pixels(64),
  'side-bar-wide': pixels(220),
  'card-min-width': pixels(320),
  'card-max-width': pixels(420),
  'card-height': pixels(300),
  'card-body-height': pixels(96),
  'instance-row-height': pixels(40),
  'preview-size': pixels(96),
  'result-size': pixels(168),
  'run-min-width': pixels(200),
  'waiting-max-height': pixels(196),
  'row-height': pixels(32),
  'brand-size': pixels(24),
  'job-row-height': pixels(48),
  'job-thumb': pixels(36),
  'queue-row-height': pixels(52),
  'grip-width': pixels(16),
  'check-width': pixels(20),
  'progress-width': pixels(300),
  'progress-width-narrow': pixels(160),
  'where-width-narrow': pixels(120),
  'times-width-narrow': pixels(104),
  'chip-font-size': pixels(11),
  'where-width': pixels(168),
  'queue-times-width': pixels(164),
  'tab-height': pixels(44),
  'lane-head': pixels(228),
  'lane-row': pixels(45),
  'lane-height': pixels(44),
  'lane-radius': pixels(4),
  'lane-card-width': pixels(640),
  'bar-height': pixels(8),
  hatch: '3px',
  'counts-width': pixels(240),
  'batch-progress-width': pixels(200),
  'menu-max-height': pixels(360),
  'state-width': pixels(96),
  'times-width': pixels(148),
  'row-actions-width': pixels(60),
  'meter-height': pixels(4),
  'meter-width': pixels(56),
  'meter-label-width': pixels(40),
  'glyph-size': pixels(10),
  hairline: '1px',
  'focus-ring': '2px',
  'page-max-width': pixels(1760),
  'form-max-width': pixels(720),
  'prose-max-width': pixels(512),
  'wizard-width': pixels(1120),
  'wizard-aside': pixels(320),
  'search-width': pixels(260),
  'select-width': pixels(150),
  'switcher-width': pixels(280),
  'drop-height': pixels(168),
  'modal-body-height': pixels(480),
  'modal-outside': pixels(150),
  'log-line-height': pixels(18),
  'drawer-width': pixels(960),
  'details-width': pixels(680),
  'details-preview': pixels(320),
  'event-time-width': pixels(64),
  'fact-name-width': pixels(128),
  'code-max-height': pixels(180),
  'check-name-width': pixels(112),
  'gallery-gap': pixels(6),
  'gallery-tile': pixels(180),
  'gallery-slider-width': pixels(120),
  'gallery-panel-width': pixels(360),
  'gallery-fact-width': pixels(88),
  'mark-size': pixels(24),
  'target-size': pixels(24),
} as const;

/** Frame sizes as numbers, for layout props that take no CSS length. */
export const frame = {
  toolbarHeight: 48,
  statusBarHeight: 28,
  sideBarNarrow: 64,
  sideBarWide: 220,
  icon: 18,
  iconSmall: 14,
  iconTiny: 10,
  logLine: 18,
  iconLarge: 40,
  queueRow: 52,
  galleryGap: 6,
  galleryHeading: 48,
  galleryTile: 180,
  galleryTileMin: 100,
  galleryTileMax: 360,
  galleryMenu: 360,
  card: 300,
  cardMinWidth: 320,
  cardGap: 16,
  instanceRow: 40,
  groupTitle: 44,
};

export const motion = { 'motion-fast': '120ms', 'motion-slow': '180ms', 'motion-ease': 'ease-out' } as const;
