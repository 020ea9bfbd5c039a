/**
 * What a person reads about an error. The sentence of `reasons` for the reason in its details, else the first of `detailed` whose
 * every {{fact}} is known, replaces `happened`.
 * No blame, no jargon: what happened, what it means, what to do.
 */
export interface ErrorText {
  readonly happened: string;
  readonly detailed?: readonly string[];
  readonly reasons?: Readonly<Record<string, string>>;
  readonly means: string;
  readonly do: string;
}
