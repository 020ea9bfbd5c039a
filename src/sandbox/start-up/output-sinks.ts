import { appendFileSync } from 'node:fs';
import type { LogSinks } from '../log/server-log.ts';

type Write = (bytes: string | Uint8Array) => void;

/** How long the second half of a torn character stays behind. */
const tornForMs = 25;

/** Text with more than one byte a character, so that there is something to tear. */
const tornText = ' größe ✓';

/** Writes such that each chunk ends in the middle of a character; the rest follows a moment later. */
const tornWrite = (write: Write): Write => {
  let rest = Buffer.alloc(0);
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => {
    timer = null;
    write(rest);
    rest = Buffer.alloc(0);
  };
  return (bytes) => {
    const line = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8');
    const all = Buffer.concat([rest, Buffer.from(line.replace(/\n$/, `${tornText}\n`))]);
    // The check mark has three bytes and stands before the line break: two of them and the break stay behind.
    write(all.subarray(0, -3));
    rest = Buffer.from(all.subarray(-3));
    timer ??= setTimeout(flush, tornForMs);
  };
};

/** A reader that went away must not end the server, just as it does not end ComfyUI. */
const outliveReader = (stream: NodeJS.WriteStream): void => {
  stream.on('error', (error: Error) => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error;
  });
};

/** Where the log goes: the process's own streams, and a file when one is asked for. */
export const createOutputSinks = (options: { splitUtf8: boolean; logFile: string | null }): LogSinks => {
  outliveReader(process.stdout);
  outliveReader(process.stderr);
  const { logFile } = options;
  const toStdout: Write = (bytes) => void process.stdout.write(bytes);
  const toStderr: Write = (bytes) => void process.stderr.write(bytes);
  return {
    stdout: options.splitUtf8 ? tornWrite(toStdout) : toStdout,
    stderr: options.splitUtf8 ? tornWrite(toStderr) : toStderr,
    file: logFile === null ? null : (text) => appendFileSync(logFile, text),
  };
};
