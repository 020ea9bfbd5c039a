import type { ErrorText } from './error-text.ts';

/** Errors of access, connection, storage and the program itself. */
export const accessErrors = {
  INPUT_INVALID: {
    happened: 'Something in the request does not fit.',
    means: 'Nothing was changed.',
    do: 'Check what you entered and try again.',
  },
  INPUT_TOO_LARGE: {
    happened: 'This is too large.',
    detailed: ['This is larger than {{maxBytes}}, the limit.'],
    means: 'It was not read, so nothing was changed.',
    do: 'Choose a smaller file.',
  },
  INPUT_PATH_OUTSIDE: {
    happened: 'The path leaves the folder that it has to stay in.',
    means: 'It was not used, to keep other files safe.',
    do: 'Give a path inside the folder, without "..".',
  },
  AUTH_REQUIRED: {
    happened: 'The studio wants you to log in.',
    means: 'This browser has no access to it yet.',
    do: 'Open the link that the studio printed when it started.',
  },
  AUTH_FORBIDDEN: {
    happened: 'You may not do this.',
    means: 'Your access to this studio does not cover it.',
    do: 'Ask the owner of the machine, or use the link with full access.',
  },
  AUTH_ORIGIN: {
    happened: 'The request came from a page of another address.',
    means: 'It was refused, so that other web pages cannot control your studio.',
    do: 'Open the studio at its own address and try again.',
  },
  METHOD_UNKNOWN: {
    happened: 'The studio does not know this action.',
    means: 'This page and the studio are probably of different versions.',
    do: 'Reload the page.',
  },
  CALL_CANCELLED: {
    happened: 'The action was cancelled.',
    means: 'It may be half done; the cards show the real state.',
    do: 'Start it again if you still need it.',
  },
  CONNECTION_LOST: {
    happened: 'The connection to the studio is gone.',
    means: 'Instances go on working, but nothing can be changed from here.',
    do: 'Wait for the page to reconnect, or check that the studio is running.',
  },
  STORE_CORRUPT: {
    happened: 'A stored file was damaged.',
    detailed: ['{{file}} was damaged.'],
    means: 'It was set aside and the newest good copy is used. Changes made after that copy are missing.',
    do: 'Check your instances and settings.',
  },
  STORE_NEWER_VERSION: {
    happened: 'A stored file was written by a newer version of Atelier.',
    detailed: ['{{file}} was written by a newer version of Atelier.'],
    means: 'It was left untouched and is not used.',
    do: 'Update Atelier, or choose another data folder.',
  },
  STORE_WRITE_FAILED: {
    happened: 'A file could not be written.',
    detailed: ['{{file}} could not be written.'],
    means: 'What was to be kept in it is not stored. What was stored before is still there.',
    do: 'Check free space and permissions of the data folder, then try again.',
  },
  STORE_READ_FAILED: {
    happened: 'A stored file could not be read.',
    detailed: ['{{file}} could not be read.'],
    means: 'What it holds is missing until it can be read again.',
    do: 'Check the permissions of the data folder and its disk, then start Atelier again.',
  },
  STORE_LOCKED: {
    happened: 'Another studio uses this data folder.',
    detailed: ['Another studio (pid {{pid}}) uses this data folder.'],
    means: 'Two at once would overwrite each other.',
    do: 'Use the other one, or end it first.',
  },
  SERVER_PORT_TAKEN: {
    happened: 'The address of the studio or of the gateway is taken.',
    detailed: ['Port {{port}} is taken.'],
    means: 'Another program listens there.',
    do: 'Start Atelier with another port.',
  },
  GATEWAY_PORT_BUSY: {
    happened: 'The ComfyUI on this port has work.',
    detailed: ['The ComfyUI on port {{port}} has work or does not end.'],
    means: 'Its jobs would be lost if it moved now.',
    do: 'Wait until its queue is empty, then try again.',
  },
  GATEWAY_PORT_FOREIGN: {
    happened: 'The port belongs to another program.',
    detailed: ['Port {{port}} belongs to another program.'],
    means: 'Atelier cannot tell how it was started and would not bring it back.',
    do: 'End it yourself, or choose another port.',
  },
  SERVER_ADDRESS_UNUSABLE: {
    happened: 'The address cannot be used on this machine.',
    detailed: ['The address {{host}} cannot be used on this machine.'],
    means: 'No network card of this machine has it, or it is not allowed.',
    do: 'Start Atelier with another address, for example 127.0.0.1.',
  },
  SERVER_TOKEN_NEEDED: {
    happened: 'An address beyond this machine needs an access token.',
    means: 'Without one, anybody in your network could control the studio.',
    do: 'Start Atelier with a token, or listen on 127.0.0.1.',
  },
  HOST_UNSUPPORTED: {
    happened: 'This is not possible here.',
    means: 'The desktop program can do it, a browser cannot.',
    do: 'Do it by hand, or use the desktop program.',
  },
  INTERNAL: {
    happened: 'Something went wrong inside Atelier.',
    means: 'This is a fault of the program. Your instances are not touched.',
    do: 'Try again; if it stays, report it with the copied details.',
  },
  AUTH_HOST: {
    happened: 'The studio was asked under a name it does not know.',
    means: 'It answers only to its own addresses, so that foreign web pages cannot reach it.',
    do: 'Open it at the address that it printed, or add the host name to its options.',
  },
  AUTH_LIMITED: {
    happened: 'Too many log-in attempts.',
    detailed: ['Too many log-in attempts. The next one is possible in {{retryAfterSeconds}} s.'],
    means: 'The studio makes this address wait.',
    do: 'Wait a minute and try again.',
  },
  CALL_TOO_MANY: {
    happened: 'Too many actions at once.',
    means: 'This one was not started.',
    do: 'Wait a moment and try again.',
  },
  METHOD_NOT_ALLOWED: {
    happened: 'This address does not take this kind of request.',
    means: 'Nothing was changed.',
    do: 'Reload the page.',
  },
} as const satisfies Record<string, ErrorText>;
