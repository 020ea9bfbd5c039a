import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparableAnswer } from './comparable-answer.ts';
import { untilInHistory } from './conversation.ts';
import { exchange, postJson } from './http-client.ts';
import { loadRecording, type RecordedAnswer } from './recording.ts';
import { type SandboxProcess, startSandboxProcess } from './sandbox-process.ts';

interface Case {
  readonly request: unknown;
  readonly response: RecordedAnswer;
}

/** Calls that had a number before the first recorded one, so that the numbers of accepted prompts are compared as well. */
const earlierNumbers = 19;

describe('prompt-errors: every refusal, and the prompts that pass in spite of something', () => {
  let sandbox: SandboxProcess;
  beforeAll(async () => {
    sandbox = await startSandboxProcess({ args: ['--cpu'] });
    const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    writeFileSync(join(sandbox.base, 'input', 'example.png'), picture);
    for (let count = 0; count < earlierNumbers; count += 1) await postJson(sandbox.port, '/prompt', {});
  });
  afterAll(() => sandbox.dispose());

  const cases = Object.entries(loadRecording('prompt-errors') as Record<string, Case>);

  it.each(cases)('%s', async (_, { request, response }) => {
    const body = typeof request === 'string' ? request : JSON.stringify(request);
    const answer = await exchange(sandbox.port, { method: 'POST', path: '/prompt', body });
    expect(comparableAnswer(answer)).toEqual(comparableAnswer(response));
  });

  it('extra-observations: history shows coerced values', async () => {
    const prompt = {
      '1': { class_type: 'EmptyImage', inputs: { width: '16', height: 16.7, batch_size: true, color: 1 } },
      '2': { class_type: 'PreviewImage', inputs: { images: ['1', 0] } },
    };
    const { json } = await postJson(sandbox.port, '/prompt', { prompt });
    const { prompt_id: promptId } = json as { prompt_id: string };
    await untilInHistory(sandbox.port, promptId);
    const history = await exchange(sandbox.port, { path: `/history/${promptId}` });
    const entry = (history.json as Record<string, { prompt: [number, string, Record<string, { inputs: unknown }>] }>)[
      promptId
    ];
    expect(entry?.prompt[2]['1']?.inputs).toEqual({ width: 16, height: 16, batch_size: 1, color: 1 });
  });
});
