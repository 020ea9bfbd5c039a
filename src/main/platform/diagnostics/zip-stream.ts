import { PassThrough, type Readable } from 'node:stream';
import { ZipFile } from 'yazl';

/** One file of an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly text: string;
}

/** Takes `..`, drives and leading slashes out of a path, so that the archive unpacks into its own folder wherever that is. */
export const entryName = (name: string): string =>
  name
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .map((part) => part.replaceAll(/[\p{Cc}:*?"<>|]/gu, '_').slice(0, 120))
    .join('/') || 'file';

/** An archive of files that are made one after the other while it is read; the sources end with the reader. */
export const zipStream = (entries: AsyncIterable<ZipEntry>, options: { readonly at: Date }): Readable => {
  const zip = new ZipFile();
  const stream = zip.outputStream.pipe(new PassThrough());
  const fill = async (): Promise<void> => {
    for await (const { name, text } of entries) {
      if (stream.destroyed) return;
      zip.addBuffer(Buffer.from(text, 'utf8'), entryName(name), { mtime: options.at, mode: 0o100600 });
    }
    zip.end();
  };
  fill().catch((error: unknown) => {
    stream.destroy(error instanceof Error ? error : new Error('the archive could not be made'));
  });
  return stream;
};
