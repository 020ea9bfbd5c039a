/**
 * Mantine warns of a menu that a test closed before its focus could be set, and prints its element with the whole tree of React
 * beneath it: a second and thirteen thousand lines each time.
 */
const warn = console.warn.bind(console);
console.warn = (...parts: readonly unknown[]): void => {
  const isClosedMenu = typeof parts[0] === 'string' && parts[0].startsWith('[@mantine/hooks/use-focus-trap]');
  if (!isClosedMenu) warn(...parts);
};
