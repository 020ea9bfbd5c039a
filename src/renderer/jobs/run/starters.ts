/** A bundled workflow to begin with. */
export interface Starter {
  readonly fileName: string;
  /** `text-to-image.json` as Text to image. */
  readonly label: string;
  readonly text: string;
}

const files = import.meta.glob<string>('../../../../resources/workflows/*.json', {
  eager: true,
  query: '?raw',
  import: 'default',
});

const labelOf = (fileName: string): string => {
  const words = fileName.replace(/\.json$/, '').replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** The order in which somebody new would try them: text to image first. */
const rank = (fileName: string): string => (fileName.startsWith('text-to-image') ? '' : fileName);

export const starters: readonly Starter[] = Object.entries(files)
  .map(([path, text]) => {
    const fileName = path.split('/').at(-1) ?? path;
    return { fileName, label: labelOf(fileName), text };
  })
  .sort((a, b) => (rank(a.fileName) < rank(b.fileName) ? -1 : 1));
