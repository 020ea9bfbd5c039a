import { expect, it } from 'vitest';
import type { PlannedConflict } from '#contract/models/migration.ts';
import { conflictSentences } from './migration-sentences.ts';

const taken = (details: PlannedConflict['details']): PlannedConflict => ({
  code: 'port-taken',
  severity: 'info',
  resolution: 'other-port',
  message: 'as it was sent',
  details: { name: 'Flux', port: 8188, newPort: 8189, ...details },
});

it.each([
  [{ by: 'nginx' }, 'Port 8188 of Flux is taken by nginx.'],
  [{ by: 'gateway', reason: 'gateway' }, 'Port 8188 of Flux goes to the gateway.'],
  [{ by: 'atelier', reason: 'atelier' }, 'Port 8188 of Flux is taken by Atelier itself.'],
  [{ by: 'another program', reason: 'unknown' }, 'Port 8188 of Flux is taken by another program.'],
  [{ by: '', name: '' }, 'Port 8188 of (without a name) is taken by (without a name).'],
  [{}, 'as it was sent'],
])('who has a port is said by what it is: %j', (details, sentence) => {
  expect(conflictSentences(taken(details))).toEqual({ clash: sentence, answer: 'It gets port 8189.' });
});
