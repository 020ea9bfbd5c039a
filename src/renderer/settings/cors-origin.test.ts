import { describe, expect, it } from 'vitest';
import { corsOriginProblem, normalCorsOrigin } from './cors-origin.ts';

describe('the origin whose pages may use the gateway', () => {
  it.each<[string, ReturnType<typeof corsOriginProblem>]>([
    ['', null],
    [' * ', null],
    ['https://app.example', null],
    ['http://localhost:5173/', null],
    ['app.example', 'no-origin'],
    ['localhost:5173', 'no-origin'],
    ['https://', 'no-origin'],
    ['https://app.example/page', 'path'],
    ['https://app.example?x', 'path'],
    ['https://me@app.example', 'path'],
    ['file:///home/me/app.html', 'scheme'],
  ])('%j → %s', (typed, problem) => {
    expect(corsOriginProblem(typed)).toBe(problem);
  });

  it('is stored as browsers send it', () => {
    expect(normalCorsOrigin(' HTTPS://App.Example:443/ ')).toBe('https://app.example');
    expect(normalCorsOrigin('* ')).toBe('*');
    expect(normalCorsOrigin(' ')).toBe('');
  });
});
