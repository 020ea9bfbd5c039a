/**
 * What a person reads about an error. `detailed` replaces `happened` when every {{fact}} that it names is known.
 * No blame, no jargon: what happened, what it means, what to do.
 */
export interface ErrorText {
  readonly happened: string;
  readonly detailed?: string;
  readonly means: string;
  readonly do: string;
}
