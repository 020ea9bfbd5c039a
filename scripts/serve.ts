import { ensureBuilt } from './build.ts';

ensureBuilt();
const entry: { main: (argv: readonly string[]) => Promise<void> } = await import(
  new URL('../out/main/serve.js', import.meta.url).href
);
await entry.main(process.argv.slice(2));
