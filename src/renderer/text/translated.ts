/** Forms of a sentence about one thing; languages that tell one from many as English does have them, Chinese does not. */
type OneForm = `${string}_one`;

/** The shape of English sentences in another language: the same keys, whatever the words. */
export type Translated<Texts> = Texts extends string
  ? string
  : Texts extends readonly string[]
    ? readonly string[]
    : { readonly [Key in Exclude<keyof Texts, OneForm>]: Translated<Texts[Key]> } & {
        readonly [Key in Extract<keyof Texts, OneForm>]?: string;
      };
