import { describe, expect, it } from 'vitest';
import { createPacedSending } from './paced-sending.ts';

interface Frame {
  readonly text: string;
  readonly fin: boolean;
  readonly isBinary: boolean;
}

/** The socket that a test moves: it takes a frame when told to. */
const createSocket = () => {
  const frames: Frame[] = [];
  const waiting: { readonly bytes: number; readonly done: (error?: Error) => void }[] = [];
  const socket = {
    frames,
    get bufferedAmount() {
      return waiting.reduce((sum, { bytes }) => sum + bytes, 0);
    },
    send: (
      data: string | Uint8Array,
      { fin = true, binary = typeof data !== 'string' }: { fin?: boolean; binary?: boolean },
      done: (error?: Error) => void,
    ): void => {
      frames.push({ text: Buffer.from(data).toString(), fin, isBinary: binary });
      waiting.push({ bytes: data.length, done });
    },
    take: (error?: Error) => waiting.shift()?.done(error),
    ping: (data: string): void => {
      frames.push({ text: `ping ${data}`, fin: true, isBinary: false });
    },
    on: (_event: 'pong', listener: (data: Uint8Array) => void): void => {
      socket.pong = (data) => listener(Buffer.from(data));
    },
    pong: (_data: string): void => undefined,
  };
  return socket;
};

const sizes = { wholeBytes: 8, pieceBytes: 4 };

const sendingTo = (socket: ReturnType<typeof createSocket>) => {
  const ended: string[] = [];
  const sending = createPacedSending(socket, () => undefined, sizes);
  const send = (payload: string | Uint8Array): void => {
    sending.send(payload, () => ended.push(Buffer.from(payload).toString()));
  };
  return { sending, send, ended };
};

describe('messages to a websocket', () => {
  it('go whole as long as they are small', () => {
    const socket = createSocket();
    const { sending, send, ended } = sendingTo(socket);
    send('12345678');
    send(Buffer.from('ab'));
    expect(socket.frames).toEqual([
      { text: '12345678', fin: true, isBinary: false },
      { text: 'ab', fin: true, isBinary: true },
    ]);
    expect([sending.bufferedBytes, sending.takenBytes, ended]).toEqual([10, 0, []]);
    socket.take();
    expect([sending.bufferedBytes, sending.takenBytes, ended]).toEqual([2, 8, ['12345678']]);
  });

  it('go in pieces when they are large, and nothing comes between', () => {
    const socket = createSocket();
    const { sending, send, ended } = sendingTo(socket);
    send(Buffer.from('0123456789'));
    send('after');
    const taken: [number, number][] = [[sending.bufferedBytes, sending.takenBytes]];
    for (let step = 0; step < 4; step += 1) {
      socket.take();
      taken.push([sending.bufferedBytes, sending.takenBytes]);
    }
    expect(socket.frames).toEqual([
      { text: '0123', fin: false, isBinary: true },
      { text: '4567', fin: false, isBinary: true },
      { text: '89', fin: true, isBinary: true },
      { text: 'after', fin: true, isBinary: false },
    ]);
    expect(taken).toEqual([
      [15, 0],
      [11, 4],
      [7, 8],
      [5, 10],
      [0, 15],
    ]);
    expect(ended).toEqual(['0123456789', 'after']);
  });

  it('that are large texts stay texts, whatever character a piece ends in', () => {
    const socket = createSocket();
    const { send } = sendingTo(socket);
    send('aéééééééé');
    for (let step = 0; step < 5; step += 1) socket.take();
    expect(socket.frames.map(({ fin, isBinary }) => [fin, isBinary])).toEqual([
      [false, false],
      [false, false],
      [false, false],
      [false, false],
      [true, false],
    ]);
  });

  it('end for a socket that is gone, all of them', () => {
    const socket = createSocket();
    const { sending, send, ended } = sendingTo(socket);
    send('0123456789');
    send('after');
    socket.take(new Error('gone'));
    socket.take(new Error('gone'));
    expect(ended).toEqual(['0123456789', 'after']);
    expect(socket.frames).toHaveLength(2);
    expect(sending.bufferedBytes).toBe(0);
  });

  it('are asked about behind those before, once each, and only the latest answer counts', () => {
    const socket = createSocket();
    const { sending, send } = sendingTo(socket);
    const heard: string[] = [];
    send('one');
    sending.ask(() => heard.push('one'));
    send(Buffer.from('0123456789'));
    sending.ask(() => heard.push('large'));
    send('after');
    socket.pong('1');
    expect(heard).toEqual([]);
    for (let step = 0; step < 4; step += 1) socket.take();
    expect(socket.frames.map(({ text }) => text)).toEqual(['one', 'ping 1', '0123', '4567', '89', 'ping 2', 'after']);
    socket.pong('of nobody');
    socket.pong('2');
    socket.pong('2');
    expect(heard).toEqual(['large']);
  });
});
