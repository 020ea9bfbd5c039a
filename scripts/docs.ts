import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { headlessTable } from '../src/main/headless/options.ts';
import { errors } from '../src/renderer/text/en/errors.ts';
import { generateApiDocs } from './generate-api-docs.ts';

const folder = join(import.meta.dirname, '..', 'docs');

const troubleshooting = (): string => {
  const rows = Object.entries(errors).map(
    ([code, text]) => `| \`${code}\` | ${text.happened} | ${text.means} | ${text.do} |`,
  );
  return `# Troubleshooting

Every error that the studio, its scripts and its screens can tell, with what it means and what to do. Made from
\`src/renderer/text/en\` by \`npm run docs\`.

When an instance ends by itself, its card shows the cause that was found in its log; the whole log is one click away (*Logs*), and lies in
\`<data folder>/logs/comfyui_instance_<id>.log\`. The studio's own log is \`atelier.log\` beside it.

| code | what happened | what it means | what to do |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
};

/** The pages of docs/ that are made from code: file name to text. */
export const generatedPages = (): Readonly<Record<string, string>> => ({
  'api.md': generateApiDocs(),
  'configuration.md': `# Configuration of the headless studio

Made from the table in \`src/main/headless/options.ts\` by \`npm run docs\`. A flag wins over its environment variable.

${headlessTable()}
`,
  'troubleshooting.md': troubleshooting(),
});

/** Names of the pages that no longer say what the code does. */
export const stalePages = (): readonly string[] =>
  Object.entries(generatedPages())
    .filter(([name, text]) => readFileSync(join(folder, name), 'utf8') !== text)
    .map(([name]) => name);

if (import.meta.main) {
  for (const [name, text] of Object.entries(generatedPages())) writeFileSync(join(folder, name), text);
}
