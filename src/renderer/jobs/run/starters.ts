/** The bundled workflows by the names of their files, in the order in which somebody new would try them. */
export const starterNames = ['text-to-image', 'image-to-image', 'two-outputs'] as const;

/** A bundled workflow to begin with. */
export interface Starter {
  readonly fileName: string;
  /** Under which its title stands in the texts. */
  readonly name: (typeof starterNames)[number];
  readonly text: string;
}

const files = import.meta.glob<string>('../../../../resources/workflows/*.json', {
  eager: true,
  query: '?raw',
  import: 'default',
});

export const starters: readonly Starter[] = starterNames.flatMap((name) => {
  const fileName = `${name}.json`;
  const text = files[`../../../../resources/workflows/${fileName}`];
  return text === undefined ? [] : [{ fileName, name, text }];
});
