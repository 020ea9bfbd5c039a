import { describe, expect, it } from 'vitest';
import { emptyAnswer, envelopeAnswer, tooLarge } from '../access/raw-answer.ts';
import { inApiWords } from './api-words.ts';

const limited = envelopeAnswer(429, ['auth_limited', 'Too many wrong tokens.'], { 'retry-after': '7' });

describe('an error that no route gave', () => {
  it.each([
    [401, envelopeAnswer(401, ['auth_required', 'A token is needed.']), 'unauthorized', 'A token is needed.'],
    [403, emptyAnswer(403), 'forbidden', 'The gateway does not take requests from there.'],
    [403, envelopeAnswer(403, ['auth_host', 'Not this host.']), 'forbidden', 'Not this host.'],
    [413, tooLarge(5), 'payload_too_large', 'Maximum request body size 5 exceeded.'],
    [429, limited, 'rate_limited', 'Too many wrong tokens.'],
    [503, envelopeAnswer(503, ['connection_lost', 'Gone.']), 'upstream_error', 'Gone.'],
    [414, envelopeAnswer(414, ['uri_too_long', 'Too long.']), 'invalid_request', 'Too long.'],
  ])('is told in the words of the official API: %i', (status, answer, code, message) => {
    const said = inApiWords({ url: '/api/v2/jobs?x=1' }, answer);
    expect(said).toMatchObject({ status, headers: { 'content-type': 'application/json; charset=utf-8' } });
    expect(JSON.parse(said.body)).toEqual({ error: { code, message, details: {} } });
  });

  it('keeps its headers, and tells when to come again', () => {
    expect(inApiWords({ url: '/api/v2/jobs' }, limited).headers['retry-after']).toBe('7');
    const many = envelopeAnswer(429, ['call_too_many', 'Too many.']);
    expect(inApiWords({ url: '/api/v2/jobs' }, many).headers['retry-after']).toBe('2');
  });

  it.each(['/api/v2/assets/x', '/v2/jobs', '/api/%76%32/jobs', '/api/v2/jobs/x/events'])('of %s', (url) => {
    expect(inApiWords({ url }, tooLarge(5)).body).toContain('payload_too_large');
  });

  it.each(['/prompt', '/api/v2/userdata', '/v2/userdata', '/api/v2/jobsx', '/view?x=/api/v2/jobs'])(
    'stays as it is for %s',
    (url) => {
      expect(inApiWords({ url }, limited)).toBe(limited);
    },
  );

  it('is none where nothing is wrong', () => {
    const options = emptyAnswer(200);
    expect(inApiWords({ url: '/api/v2/jobs' }, options)).toBe(options);
  });
});
