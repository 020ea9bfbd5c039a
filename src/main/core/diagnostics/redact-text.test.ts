import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PrivateFacts, redactText, redactValue } from './redact-text.ts';

const facts: PrivateFacts = {
  secrets: ['S3cret/pa ss+word', 'tok', '1234567890abcdef'],
  userNames: ['mara', 'root', 'al'],
  machineNames: ['mara-desktop'],
};
const redact = (text: string): string => redactText(text, facts).text;

describe('a text that leaves the machine (002-H5)', () => {
  it.each([
    ['a known secret', 'login with 1234567890abcdef failed', '1234567890abcdef'],
    ['a known secret in an address', `GET /?t=${encodeURIComponent('S3cret/pa ss+word')}`, 'S3cret'],
    ['a bearer token', 'Authorization: Bearer abc.def-ghi_jkl', 'abc.def'],
    ['basic credentials', 'authorization: basic bWFyYTpzZWNyZXQ=', 'bWFyYTpzZWNyZXQ'],
    ['a log-in within an address', 'clone https://mara:hunter2@git.example/x.git', 'hunter2'],
    ['a token within an address', 'GET /api?token=abcdef123&x=1', 'abcdef123'],
    ['an assignment', 'CIVITAI_API_KEY=0123abcd done', '0123abcd'],
    ['a JSON field', '{"password": "hunter2", "x": 1}', 'hunter2'],
    ['an escaped JSON field', String.raw`{\"api_key\":\"hunter22\"}`, 'hunter22'],
    ['a flag', 'python main.py --comfy-api-key hunter2 --listen', 'hunter2'],
    ['a Hugging Face token', 'using hf_abcdefghijklmnopqrstuv', 'abcdefghijklmnopqrstuv'],
    ['an OpenAI key', 'key sk-proj-abcdefghijklmnopqrstuv', 'abcdefghijklmnop'],
    ['a GitHub token', 'ghp_abcdefghijklmnopqrstuvwxyz012345', 'abcdefghijklmnop'],
    ['an AWS key', 'AKIAIOSFODNN7EXAMPLE', 'IOSFODNN7EXAMPLE'],
    ['a web token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.sig-nature_x', 'eyJzdWIiOiIxMjM0In0'],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIE\nxyz\n-----END RSA PRIVATE KEY-----', 'MIIE'],
    ['a private key that is cut off', '-----BEGIN PRIVATE KEY-----\nMIIEvQ', 'MIIEvQ'],
    ['a cookie', 'cookie: atelier_session=abcdefgh', 'abcdefgh'],
    ['a mail address', 'sent to mara.lee+x@mail.example.org', 'mara.lee'],
    ['a home folder', '/home/otherperson/ComfyUI/main.py', 'otherperson'],
    ['a home folder on macOS', '/Users/Other/Library', 'Other'],
    ['a home folder on Windows', String.raw`C:\Users\Other Person\AppData`, 'Other Person'],
    ['a home folder in JSON', String.raw`"C:\\Users\\Other\\x"`, 'Other'],
    ['a home folder in WSL', '/mnt/c/Users/Other/x', 'Other'],
    ['a home folder in an address', 'file:///home/other1/x', 'other1'],
    ['an encoded home folder', '%2Fhome%2Fother1%2Fx', 'other1'],
    ['a mounted disk', '/media/other1/disk', 'other1'],
    ['a name by itself', 'owner: MARA', 'MARA'],
    ['the name of the machine', 'host mara-desktop up', 'desktop'],
  ])('does not tell %s', (_what, text, secret) => {
    expect(redact(text)).not.toContain(secret);
    expect(redactText(text, facts).count).toBeGreaterThan(0);
  });

  it.each([
    'Prompt executed in 12.4 seconds',
    'loaded model flux1-dev.safetensors (tokenizer: t5)',
    'C:\\Users\\Public\\x and /Users/Shared/y',
    'started by root in /root/ComfyUI',
    'http://127.0.0.1:8188/system_stats',
    'samara and tamarama are places',
    'max_tokens and tokens per second',
  ])('keeps what is nobody’s: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('names how much was taken out', () => {
    expect(redactText('/home/mara/a /home/mara/b', facts)).toEqual({ text: '/home/[user]/a /home/[user]/b', count: 2 });
  });

  it('changes nothing when it is done again', () => {
    assert(
      property(string(), (text) => {
        const once = redact(`password=${text} /home/${text}/x Bearer ${text}`);
        expect(redact(once)).toBe(once);
      }),
    );
  });

  // A pattern that takes the square of the length would run into the time limit of the test.
  it.each([
    `${'password'.repeat(20_000)}=${'a'.repeat(100_000)}`,
    'a'.repeat(200_000),
    `${'eyJ'.repeat(30_000)}.`,
    `http://${'a'.repeat(200_000)}`,
    `--${'-token'.repeat(30_000)}`,
    'C:\\Users\\'.repeat(20_000),
    '-----BEGIN PRIVATE KEY-----'.repeat(5_000),
  ])('comes to an end on a line made to take long: %.20s', (line) => {
    expect(redact(line).length).toBeGreaterThan(0);
  });
});

describe('a value that leaves the machine', () => {
  it('has nothing under names of secrets, however deep', () => {
    expect(
      redactValue({
        environmentVariables: { HF_TOKEN: 'x', HF_HOME: '/data' },
        list: ['--comfy-api-key', 'abc', '--listen'],
        nested: [{ accessToken: 'y', count: 3, none: null }],
        password: '',
      }),
    ).toEqual({
      environmentVariables: { HF_TOKEN: '[redacted]', HF_HOME: '/data' },
      list: ['--comfy-api-key', '[redacted]', '--listen'],
      nested: [{ accessToken: '[redacted]', count: 3, none: null }],
      password: '',
    });
  });
});
