import { expect, it } from 'vitest';
import { atMost, type Figure, figureTable } from './figure.ts';

const figure: Figure = {
  part: 'b',
  what: 'GET /prompt',
  value: 50,
  unit: '1/s',
  beside: { nginx: 100, direct: 25 },
  aim: { text: 'half of nginx', isMet: true },
};

it('shows the ratio to everything beside a figure, and whether its aim is met', () => {
  const [line = ''] = figureTable([figure]).split('\n');
  expect(line).toContain('50.00 1/s  met: half of nginx');
  expect(line).toContain('nginx 100 1/s (× 0.50), direct 25.00 1/s (× 2.00)');
  expect(figureTable([{ ...figure, aim: atMost(3.1, 3, 'ms') }])).toContain('MISSED: at most 3 ms');
});
