import type { ContentRequest } from '#contract/handlers.ts';

/** Headers of a request that are passed on, so that a video can be sought and a picture is not sent twice. */
const passedOn = ['range', 'if-none-match', 'if-modified-since', 'if-range'] as const;

export const conditionalHeaders = ({ headers }: Pick<ContentRequest, 'headers'>): Record<string, string> =>
  Object.fromEntries(
    passedOn.flatMap((name) => {
      const value = headers[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
