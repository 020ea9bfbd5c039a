export interface PieceSizes {
  /** A message up to this size goes as one frame. */
  readonly wholeBytes: number;
  /** A larger one goes in frames of this size, each when the one before it is on the network. */
  readonly pieceBytes: number;
}

const usualSizes: PieceSizes = { wholeBytes: 1024 ** 2, pieceBytes: 256 * 1024 };

/** The sending side of a websocket that tells how far large messages have come. */
export interface PacedSending {
  /** `done` is called when it is on the network, or cannot get there any more. */
  send(payload: string | Uint8Array, done: () => void): void;
  /** `heard` is called when the other side has read what was sent so far; never where it does not answer. */
  ask(heard: () => void): void;
  /** Given to it and not yet to the network. */
  readonly bufferedBytes: number;
  /** How much the network has taken so far. Rises within a large message as well. */
  readonly takenBytes: number;
}

/** What of a websocket it takes. */
export interface FrameSocket {
  readonly bufferedAmount: number;
  send(
    data: string | Uint8Array,
    options: { readonly compress: boolean; readonly binary?: boolean; readonly fin?: boolean },
    sent: (error?: Error | null) => void,
  ): void;
  ping(data: string): void;
  on(event: 'pong', listener: (data: Uint8Array) => void): void;
}

/** A message, or the name of a question about those before it. */
type Waiting = { readonly payload: string | Uint8Array; readonly done: () => void } | { readonly question: string };

/**
 * Node tells of a write when all of it is done, so that a client on a slow line and one that takes nothing look alike while a large
 * picture is on its way. In pieces they differ. Nothing may stand between the frames of one message: what comes meanwhile waits.
 */
export const createPacedSending = (
  socket: FrameSocket,
  gather: () => void,
  { wholeBytes, pieceBytes }: PieceSizes = usualSizes,
): PacedSending => {
  const waiting: Waiting[] = [];
  let waitingBytes = 0;
  /** Of the message that is being sent in pieces, those that were not given to the socket yet; null while there is none. */
  let restBytes: number | null = null;
  let takenBytes = 0;
  /** Only the latest question counts, since what it asks about came after all others. */
  let question: { readonly name: string; readonly heard: () => void } | null = null;
  let questions = 0;

  socket.on('pong', (data) => {
    if (question === null || Buffer.from(data).toString() !== question.name) return;
    const { heard } = question;
    question = null;
    heard();
  });

  const sendWhole = (payload: string | Uint8Array, done: () => void): void => {
    gather();
    socket.send(payload, { compress: typeof payload === 'string' }, () => {
      takenBytes += payload.length;
      done();
    });
  };

  const sendRest = (rest: Uint8Array, isText: boolean, done: () => void): void => {
    const piece = rest.subarray(0, pieceBytes);
    const left = rest.subarray(pieceBytes);
    restBytes = left.length;
    gather();
    socket.send(piece, { binary: !isText, compress: isText, fin: left.length === 0 }, (error) => {
      takenBytes += piece.length;
      if (left.length > 0 && (error === undefined || error === null)) {
        sendRest(left, isText, done);
        return;
      }
      restBytes = null;
      sendWaiting();
      done();
    });
  };

  const start = (next: Waiting): void => {
    if ('question' in next) {
      socket.ping(next.question);
      return;
    }
    const { payload, done } = next;
    waitingBytes -= payload.length;
    if (payload.length <= wholeBytes) sendWhole(payload, done);
    else sendRest(typeof payload === 'string' ? Buffer.from(payload) : payload, typeof payload === 'string', done);
  };

  const isBetweenMessages = (): boolean => restBytes === null;

  const sendWaiting = (): void => {
    while (isBetweenMessages()) {
      const next = waiting.shift();
      if (next === undefined) return;
      start(next);
    }
  };

  return {
    send: (payload, done) => {
      waiting.push({ payload, done });
      waitingBytes += payload.length;
      sendWaiting();
    },
    ask: (heard) => {
      questions += 1;
      const name = String(questions);
      question = { name, heard };
      // It could pass by the rest of a message that goes in pieces.
      if (isBetweenMessages()) socket.ping(name);
      else waiting.push({ question: name });
    },
    get bufferedBytes() {
      return socket.bufferedAmount + waitingBytes + (restBytes ?? 0);
    },
    get takenBytes() {
      return takenBytes;
    },
  };
};
