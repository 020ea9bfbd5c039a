import { describe, expect, it } from 'vitest';
import { numbered } from './upload-routes.ts';

describe('the number in a name that is taken', () => {
  // As os.path.splitext splits them.
  it.each([
    ['/in/a.png', '/in/a (1).png'],
    ['/in/a.b.png', '/in/a.b (1).png'],
    ['/in/a', '/in/a (1)'],
    ['/in/.png', '/in/.png (1)'],
    ['/in/..png', '/in/..png (1)'],
    ['/in/...a.png', '/in/...a (1).png'],
    ['/in/a.', '/in/a (1).'],
    ['/in.d/a', '/in.d/a (1)'],
  ])('%s: %s', (path, expected) => expect(numbered(path, 1)).toBe(expected));
});
