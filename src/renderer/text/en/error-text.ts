/**
 * What a person reads about an error. The first of `detailed` whose every {{fact}} is known replaces `happened`.
 * No blame, no jargon: what happened, what it means, what to do.
 */
export interface ErrorText {
  readonly happened: string;
  readonly detailed?: readonly string[];
  readonly means: string;
  readonly do: string;
}
