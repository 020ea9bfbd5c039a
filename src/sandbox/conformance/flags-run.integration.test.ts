import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparableAnswer } from './comparable-answer.ts';
import { exchange, type Sent } from './http-client.ts';
import { loadRecording, type RecordedAnswer } from './recording.ts';
import { type SandboxProcess, startSandboxProcess } from './sandbox-process.ts';

interface FlagAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const { flags_run: recorded } = loadRecording('process-lifecycle') as { flags_run: Record<string, FlagAnswer> };

const user = (name: string): Sent => ({ method: 'POST', path: '/users', body: JSON.stringify({ username: name }) });

/** The requests behind the recorded answers. */
const requests: Readonly<Record<string, Sent>> = {
  prompt_cors: { path: '/prompt', headers: { Origin: 'http://evil.example' } },
  prompt_crosssite: { path: '/prompt', headers: { 'Sec-Fetch-Site': 'cross-site' } },
  options: { method: 'OPTIONS', path: '/prompt' },
  users: { path: '/users' },
  settings_nouser: { path: '/settings' },
  settings_unknown: { path: '/settings', headers: { 'comfy-user': 'nobody' } },
  settings_system_user: { path: '/settings', headers: { 'comfy-user': '__system' } },
  post_user: user('Bob B!'),
  post_user_dup: user('Bob B!'),
  post_user_empty: user(''),
  features: { path: '/features' },
  gzip: { path: '/features', headers: { 'Accept-Encoding': 'gzip' } },
  big_prompt: { method: 'POST', path: '/prompt', body: 'x'.repeat(600_000) },
  userdata_nouser: { path: '/userdata?dir=workflows' },
  v2_nouser: { path: '/v2/userdata' },
};

/** The recorded body in the form of the other recordings. */
const answerOf = ({ status, headers, body }: FlagAnswer): RecordedAnswer => {
  if (headers['Content-Encoding'] === 'gzip') return { status, headers, text: '<compressed>' };
  const isJson = headers['Content-Type']?.startsWith('application/json') ?? false;
  return isJson ? { status, headers, json: JSON.parse(body) } : { status, headers, text: body };
};

describe('process-lifecycle.flags_run: CORS, policy, several users, small bodies, compression, feature flags', () => {
  let sandbox: SandboxProcess;
  beforeAll(async () => {
    const args = ['--enable-cors-header', '--disable-api-nodes', '--multi-user', '--max-upload-size', '0.5'];
    const features = [
      '--feature-flag',
      'show_signin_button=true',
      '--feature-flag',
      'foo=bar',
      '--enable-compress-response-body',
    ];
    sandbox = await startSandboxProcess({ args: [...args, ...features] });
  });
  afterAll(() => sandbox.dispose());

  it('covers every recorded request', () => {
    expect(Object.keys(requests)).toEqual(Object.keys(recorded).filter((name) => name !== 'ready_stdout'));
  });

  it.each(Object.entries(requests))('%s', async (name, sent) => {
    const wanted = recorded[name];
    if (wanted === undefined) throw new Error(`no recording ${name}`);
    const answer = await exchange(sandbox.port, sent);
    const { status, headers } = answer;
    const isCompressed = headers['Content-Encoding'] === 'gzip';
    if (isCompressed) expect(answer.json).toHaveProperty('supports_preview_metadata');
    const received: RecordedAnswer = isCompressed ? { status, headers, text: '<compressed>' } : answer;
    expect(comparableAnswer(received)).toEqual(comparableAnswer(answerOf(wanted)));
  });
});
