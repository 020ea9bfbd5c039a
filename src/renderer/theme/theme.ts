import {
  ActionIcon,
  Badge,
  Button,
  Code,
  type CSSVariablesResolver,
  createTheme,
  Drawer,
  Input,
  Menu,
  Modal,
  Tooltip,
} from '@mantine/core';
import { amber, motion, red, type SchemeTokens, schemes, sizes, states, terminal, warmGrey } from './tokens.ts';

const rem = (value: number): string => `${value / 16}rem`;
const { dark, light } = schemes;

const controlHeights: Readonly<Record<string, string>> = { xs: rem(28), sm: rem(32), md: rem(40) };
const controlHeight = (size: unknown): string =>
  (typeof size === 'string' ? controlHeights[size] : undefined) ?? rem(40);

const dialogStyles = {
  content: { background: 'var(--at-overlay)', border: 'var(--at-hairline) solid var(--at-border)' },
  header: { background: 'var(--at-overlay)' },
  title: {
    fontSize: rem(15),
    fontWeight: 600,
    lineHeight: 1.5,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  },
} as const;

const scrollingChoices = {
  defaultProps: { withScrollArea: false },
  styles: { options: { maxHeight: rem(280), overflowY: 'auto' } },
} as const;

/** The look of Atelier as Mantine tokens: dark first, light its equal. */
export const theme = createTheme({
  primaryColor: 'amber',
  primaryShade: { light: 5, dark: 4 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  black: light.text,
  white: light.raised,
  colors: {
    amber,
    red,
    dark: [
      dark.text,
      warmGrey[5],
      dark.textQuiet,
      dark.placeholder,
      dark.border,
      dark.hover,
      dark.overlay,
      dark.page,
      dark.sunken,
      dark.sunken,
    ],
    gray: [
      warmGrey[1],
      warmGrey[2],
      warmGrey[3],
      warmGrey[4],
      warmGrey[5],
      warmGrey[6],
      light.textQuiet,
      warmGrey[9],
      warmGrey[10],
      warmGrey[11],
    ],
  },
  // Inter has no Han glyphs; these are what Windows, macOS and Linux bring for them.
  fontFamily: "'Inter Variable', system-ui, 'Microsoft YaHei', 'PingFang SC', 'Noto Sans CJK SC', sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, monospace",
  fontSizes: { xs: rem(12), sm: rem(13), md: rem(13), lg: rem(15), xl: rem(18) },
  lineHeights: { xs: '1.35', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.4' },
  spacing: { xs: rem(8), sm: rem(12), md: rem(16), lg: rem(24), xl: rem(32) },
  radius: { xs: rem(4), sm: rem(6), md: rem(8), lg: rem(12), xl: rem(16) },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: rem(24), lineHeight: '1.3' },
      h2: { fontSize: rem(18), lineHeight: '1.35' },
      h3: { fontSize: rem(15), lineHeight: '1.4' },
      h4: { fontSize: rem(13), lineHeight: '1.45' },
    },
  },
  shadows: { xs: 'none', sm: 'none', md: 'none', lg: 'none', xl: 'none' },
  components: {
    Button: Button.extend({
      defaultProps: { size: 'sm' },
      vars: (_theme, props) => ({
        root: {
          '--button-height': controlHeight(props.size),
          '--button-padding-x': props.size === 'xs' ? rem(10) : rem(14),
          '--button-fz': props.size === 'xs' ? rem(12) : rem(13),
        },
      }),
    }),
    // The list itself scrolls: a part in between that scrolls could not be reached by keyboard. Plain, so that they come with their pages.
    Select: scrollingChoices,
    MultiSelect: scrollingChoices,
    Autocomplete: scrollingChoices,
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray' } }),
    Input: Input.extend({
      vars: (_theme, props) => ({ wrapper: { '--input-height': controlHeight(props.size) } }),
    }),
    Code: Code.extend({ defaultProps: { color: 'var(--at-sunken)' } }),
    InputWrapper: Input.Wrapper.extend({
      vars: () => ({
        label: { '--input-label-size': rem(13), '--input-asterisk-color': 'var(--at-error-text)' },
        description: { '--input-description-size': rem(12) },
        error: { '--input-error-size': rem(12) },
        success: { '--input-success-size': rem(12) },
      }),
      defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] },
    }),
    Badge: Badge.extend({ defaultProps: { variant: 'default', tt: 'none', fw: 500, radius: 'xs' } }),
    Tooltip: Tooltip.extend({
      defaultProps: { openDelay: 400, multiline: true, maw: rem(360), withArrow: true },
      styles: { tooltip: { whiteSpace: 'pre-line', overflowWrap: 'anywhere' } },
    }),
    Modal: Modal.extend({
      defaultProps: { radius: 'md', centered: true, transitionProps: { duration: 150 } },
      styles: dialogStyles,
    }),
    Drawer: Drawer.extend({
      defaultProps: { position: 'right', transitionProps: { duration: 150 } },
      styles: dialogStyles,
    }),
    Menu: Menu.extend({
      defaultProps: {
        shadow: 'none',
        position: 'bottom-end',
        transitionProps: { duration: 120 },
        // An empty part that has the focus is no item of a menu; the first item has it at once.
        withInitialFocusPlaceholder: false,
      },
    }),
  },
});

const schemeVariables = (tokens: SchemeTokens, colours: Readonly<Record<string, string>>): Record<string, string> => {
  const variables: Record<string, string> = {
    '--mantine-color-body': tokens.page,
    '--mantine-color-text': tokens.text,
    '--mantine-color-dimmed': tokens.textQuiet,
    '--mantine-color-placeholder': tokens.placeholder,
    '--mantine-color-default': tokens.raised,
    '--mantine-color-default-hover': tokens.hover,
    '--mantine-color-default-border': tokens.border,
    '--mantine-color-anchor': tokens.accentText,
    '--mantine-color-error': tokens.states.error.text,
    '--mantine-color-red-6': tokens.states.error.text,
    '--mantine-color-red-text': tokens.states.error.text,
    '--mantine-color-red-light-color': tokens.states.error.text,
    '--mantine-color-red-outline': tokens.states.error.text,
    '--at-page': tokens.page,
    '--at-raised': tokens.raised,
    '--at-overlay': tokens.overlay,
    '--at-sunken': tokens.sunken,
    '--at-hover': tokens.hover,
    '--at-border': tokens.border,
    '--at-border-strong': tokens.borderStrong,
    '--at-text': tokens.text,
    '--at-text-quiet': tokens.textQuiet,
    '--at-accent': tokens.accent,
    '--at-accent-text': tokens.accentText,
    '--at-accent-surface': tokens.accentSurface,
  };
  for (const state of states) {
    variables[`--at-${state}`] = tokens.states[state].shape;
    variables[`--at-${state}-text`] = tokens.states[state].text;
    variables[`--at-${state}-surface`] = tokens.states[state].surface;
  }
  for (const [name, colour] of Object.entries(colours)) variables[`--at-ansi-${name}`] = colour;
  return variables;
};

const prefixed = (values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`--at-${name}`, value]));

/** Gives stylesheets the tokens as CSS variables; the scheme decides the colours. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: { ...prefixed(sizes), ...prefixed(motion) },
  dark: schemeVariables(schemes.dark, terminal.dark),
  light: schemeVariables(schemes.light, terminal.light),
});
