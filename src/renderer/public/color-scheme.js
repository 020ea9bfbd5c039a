// Runs before the first paint, so that nobody who chose light sees a dark flash. A file of its own, since the page
// forbids inline scripts; the program itself takes over once it is loaded.
(() => {
  const stored = localStorage.getItem('mantine-color-scheme-value');
  const system = matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
  const scheme = stored === 'auto' ? system : stored === 'light' ? 'light' : 'dark';
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme);
})();
