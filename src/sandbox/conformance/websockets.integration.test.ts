import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { framesOf, runPrompt, untilInHistory } from './conversation.ts';
import { exchange, postJson } from './http-client.ts';
import { normalise, shapeOf } from './normalise.ts';
import { loadRecording, type RecordedFrame } from './recording.ts';
import { openSocket } from './recording-socket.ts';
import { type SandboxProcess, startSandboxProcess } from './sandbox-process.ts';

let sandbox: SandboxProcess;

beforeAll(async () => {
  sandbox = await startSandboxProcess({ args: ['--cpu'] });
});

afterAll(() => sandbox.dispose());

const frames = (name: string): readonly RecordedFrame[] => loadRecording(name) as RecordedFrame[];

const steps = (seed: number) => ({
  '1': { class_type: 'RSteps', inputs: { steps: 60, delay: 0.05, preview: false, seed } },
  '2': { class_type: 'PreviewImage', inputs: { images: ['1', 0] } },
});

describe('connecting', () => {
  it('ws-no-client-id: the server mints an id of 32 hexadecimal digits', async () => {
    const socket = await openSocket(sandbox.port, '');
    await socket.until((received) => received.length > 0);
    const masked = (from: readonly RecordedFrame[]): unknown =>
      JSON.parse(JSON.stringify(framesOf(from)).replace(/"[0-9a-f]{32}"/, '"<sid>"'));
    expect(masked(socket.frames())).toEqual(masked(frames('ws-no-client-id')));
    expect(JSON.stringify(masked(socket.frames()))).toContain('<sid>');
    await socket.close();
  });

  it('ws-feature-flags: the first message is answered, a second one is not', async () => {
    const recorded = frames('ws-feature-flags');
    const socket = await openSocket(sandbox.port, '?clientId=ff');
    const announcement = JSON.stringify(recorded[0]?.json);
    socket.send(announcement);
    await socket.until((received) => received.some(({ json }) => json?.type === 'feature_flags'));
    socket.send(announcement);
    socket.send('no JSON');
    // The answer to a later request comes after anything that these two could have caused.
    await exchange(sandbox.port, { path: '/prompt' });
    expect(framesOf(socket.frames())).toEqual(framesOf(recorded));
    await socket.close();
  });

  it('ws-cross-origin: refused before the handshake', async () => {
    const { status } = loadRecording('ws-cross-origin') as { status: number };
    const attempt = openSocket(sandbox.port, '?clientId=x', { Origin: 'http://evil.example' });
    await expect(attempt).rejects.toThrow(`refused with ${status}`);
  });

  it('ordering-and-shutdown: compression is agreed on when it is offered', async () => {
    const socket = await openSocket(sandbox.port, '');
    expect(socket.extensions).toContain('permessage-deflate');
    await socket.close();
  });

  it('the same socket answers below /api', async () => {
    const answer = await exchange(sandbox.port, { path: '/api/ws' });
    // Without an upgrade the handler of the websocket refuses by itself.
    expect(answer.status).toBe(400);
  });
});

describe('ws-reconnect', () => {
  const recording = loadRecording('ws-reconnect') as Record<
    'after_reconnect_first_messages' | 'second_socket_same_id_first_messages',
    readonly RecordedFrame[]
  > &
    Record<'old_socket_messages_after_new_one_opened' | 'new_socket_messages_after_old_one_closed', number>;

  /** How far the job has come is chance; that value and limit are told is not. */
  const compared = (received: readonly RecordedFrame[]): unknown =>
    normalise(
      JSON.parse(JSON.stringify(framesOf(received.slice(0, 4))).replaceAll(/"value":\d+(\.0)?/g, '"value":"<step>"')),
    );

  it('repeats the status and the running node, and nothing else', async () => {
    const first = await openSocket(sandbox.port, '?clientId=re-client');
    const { json } = await postJson(sandbox.port, '/prompt', { prompt: steps(1), client_id: 're-client' });
    const { prompt_id: promptId } = json as { prompt_id: string };
    await first.until((received) => received.some((frame) => frame.json?.type === 'progress'));
    await first.close();
    const second = await openSocket(sandbox.port, '?clientId=re-client');
    await second.until((received) => received.length >= 4);
    expect(compared(second.frames())).toEqual(compared(recording.after_reconnect_first_messages));

    const third = await openSocket(sandbox.port, '?clientId=re-client');
    second.clear();
    await third.until((received) => received.length >= 6);
    expect(compared(third.frames())).toEqual(compared(recording.second_socket_same_id_first_messages));
    expect(second.frames().length).toBe(recording.old_socket_messages_after_new_one_opened);

    await second.close();
    // Seen by the server once it answers a later request.
    await exchange(sandbox.port, { path: '/prompt' });
    third.clear();
    await postJson(sandbox.port, '/interrupt', { prompt_id: promptId });
    await untilInHistory(sandbox.port, promptId);
    expect(third.frames().length).toBe(recording.new_socket_messages_after_old_one_closed);
    await third.close();
  });
});

describe('ws-logs-subscription', () => {
  it('sends log entries to the subscriber, and the frames of a prompt that has no client', async () => {
    const socket = await openSocket(sandbox.port, '?clientId=logger');
    const subscription = { clientId: 'logger', enabled: true };
    await exchange(sandbox.port, {
      method: 'PATCH',
      path: '/internal/logs/subscribe',
      body: JSON.stringify(subscription),
    });
    await runPrompt(sandbox.port, { prompt: { t: { class_type: 'RText', inputs: { text: 'log me' } } } }, null);
    const isExecuted = (received: readonly RecordedFrame[]): boolean =>
      received.some(({ json }) => JSON.stringify(json ?? '').includes('Prompt executed'));
    await socket.until(isExecuted);
    expect(normalise(framesOf(socket.frames()))).toEqual(normalise(framesOf(frames('ws-logs-subscription'))));
    await exchange(sandbox.port, {
      method: 'PATCH',
      path: '/internal/logs/subscribe',
      body: JSON.stringify({ ...subscription, enabled: false }),
    });
    await socket.close();
  });
});

describe('progress', () => {
  it('is told at most ten times a second, but always first and last', async () => {
    const socket = await openSocket(sandbox.port, '?clientId=throttled');
    const prompt = {
      ...steps(2),
      '1': { class_type: 'RSteps', inputs: { steps: 40, delay: 0.01, preview: false, seed: 3 } },
    };
    await runPrompt(sandbox.port, { prompt, client_id: 'throttled' }, socket);
    const values = socket.frames().flatMap(({ json }) => (json?.type === 'progress' ? [json.data.value] : []));
    expect(values[0]).toBe(1);
    expect(values.at(-1)).toBe(40);
    expect(values.length).toBeLessThan(12);
    expect(shapeOf(values)).toEqual(['number']);
    await socket.close();
  });
});
