import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import type { SandboxRequest } from '../http/request.ts';

export interface UploadedFile {
  readonly fileName: string;
  readonly bytes: Buffer;
}

/** The parts of a form. A file part without a file name counts as a field. */
export interface UploadForm {
  readonly fields: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, UploadedFile>;
}

const formTypes = /^(multipart\/form-data|application\/x-www-form-urlencoded)\b/i;

/** A name's leading slashes are dropped, as aiohttp drops them. */
const nameOf = (fileName: string): string => fileName.replace(/^[/\\]+/, '');

/** Reads a form whose size was checked already; a body of any other type is an empty form. Throws on a broken one. */
export const readForm = async (request: SandboxRequest): Promise<UploadForm> => {
  const body = await request.body();
  const fields = new Map<string, string>();
  const files = new Map<string, UploadedFile>();
  const headers: BusboyHeaders = { 'content-type': request.header('content-type') ?? '' };
  if (!formTypes.test(headers['content-type'])) return { fields, files };
  // The path is kept: a name that climbs out of its folder is refused where the file is placed, not silently cut.
  const reader = new Busboy({ headers, preservePath: true, limits: { fieldSize: body.length + 1 } });
  await new Promise<void>((resolve, reject) => {
    reader.on('field', (name: string, value: string) => fields.set(name, value));
    reader.on('file', (name: string, stream: NodeJS.ReadableStream, fileName: string | undefined) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      // A part without an end is told here; nobody listening would end the process.
      stream.on('error', reject);
      stream.on('end', () => {
        const bytes = Buffer.concat(chunks);
        if (fileName === undefined || fileName === '') fields.set(name, bytes.toString('utf8'));
        else files.set(name, { fileName: nameOf(fileName), bytes });
      });
    });
    reader.on('finish', resolve);
    reader.on('error', reject);
    reader.end(body);
  });
  return { fields, files };
};
