import { describe, expect, it } from 'vitest';
import { createRouteTable, type RoutePattern } from './routes.ts';

const answer = () => undefined;
const patterns: readonly RoutePattern[] = [
  { path: '/history', methods: { GET: answer } },
  { path: '/history/:promptId', methods: { GET: answer } },
  { path: '/userdata/:file/move/:target', methods: { POST: answer } },
  { path: '/internal/*', methods: { PATCH: answer } },
];
const find = createRouteTable(patterns);

describe('a route', () => {
  it.each<[string, readonly string[] | null, Readonly<Record<string, string>>]>([
    ['/history', ['GET'], {}],
    ['/history/', ['GET'], { promptId: '' }],
    ['/history/a%2Fb', ['GET'], { promptId: 'a/b' }],
    ['/history/a%zz', ['GET'], { promptId: 'a%zz' }],
    ['/history/a/b', null, {}],
    ['/userdata/x/move/y', ['POST'], { file: 'x', target: 'y' }],
    ['/userdata/x/move', null, {}],
    ['/internal/logs/raw', ['PATCH'], { rest: 'logs/raw' }],
    ['/internals', null, {}],
    ['/constructor', null, {}],
  ])('%s', (path, methods, parameters) => {
    const found = find(path);
    expect(found === null ? null : Object.keys(found.methods)).toEqual(methods);
    if (found !== null) expect(found.parameters).toEqual(parameters);
  });
});
