import type { Duplex } from 'node:stream';
import { answerText, type RawAnswer } from './raw-answer.ts';

/** How long a client may take to read the last of it. */
const lingerMs = 2000;

/**
 * Ends a connection whether its client closes its own side or not. What that still sends is thrown away, since closing on unread bytes
 * would take the last ones from it that were meant for it.
 */
export const endSocket = (socket: Duplex, text = ''): void => {
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
  socket.once('end', () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.resume();
  socket.end(text);
};

/** The last word on a socket that has no response object. */
export const answerSocket = (socket: Duplex, answer: RawAnswer): void => endSocket(socket, answerText(answer));
