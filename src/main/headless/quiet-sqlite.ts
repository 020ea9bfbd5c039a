/**
 * Node announces its SQLite as experimental on stderr at each start; it is settled enough for us (Node 24 and Electron ship it) and
 * the line would stand before every message. Must run before anything imports `node:sqlite`.
 */
export const silenceSqliteWarning = (): void => {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
    if (String(warning).includes('SQLite is an experimental feature')) return;
    Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
};
