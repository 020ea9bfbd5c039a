import { StudioError } from '#contract/errors.ts';

/**
 * The path of a request target as it was sent, without query and leading slash. Throws INPUT_PATH_OUTSIDE when a segment,
 * decoded, is `.` or `..` or holds a separator or NUL, and INPUT_INVALID when it cannot be decoded.
 */
export const safePath = (requestTarget: string): string => {
  const path = requestTarget.split('?', 1)[0] ?? '';
  for (const segment of path.split('/')) {
    const decoded = decode(segment);
    if (decoded === '.' || decoded === '..' || /[/\\\0]/.test(decoded)) throw new StudioError('INPUT_PATH_OUTSIDE');
  }
  return path.replace(/^\//, '');
};

const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) throw new StudioError('INPUT_INVALID', 'The path cannot be decoded.');
    throw error;
  }
};
