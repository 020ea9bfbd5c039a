/** The end of a file that may be longer. */
export interface LogEnd {
  readonly text: string;
  readonly truncated: boolean;
}
