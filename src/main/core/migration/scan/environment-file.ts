/** `NAME=value` lines as compose reads a `.env` file: `export`, quotes and comments allowed. Later lines win. */
export const readEnvironmentFile = (text: string): ReadonlyMap<string, string> => {
  const values = new Map<string, string>();
  for (const line of text.split(/\r\n|\r|\n/u)) {
    const entry = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/u.exec(line);
    const name = entry?.[1];
    if (name === undefined) continue;
    const value = entry?.[2] ?? '';
    const quoted = /^"([^"]*)"|^'([^']*)'/u.exec(value);
    values.set(name, quoted === null ? value.replace(/\s+#.*$/u, '') : (quoted[1] ?? quoted[2] ?? ''));
  }
  return values;
};
