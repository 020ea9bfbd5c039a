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

/** Reads a multipart form whose size was checked already; throws when the body is no such form. */
export const readForm = async (request: SandboxRequest): Promise<UploadForm> => {
  const body = await request.body();
  const fields = new Map<string, string>();
  const files = new Map<string, UploadedFile>();
  const headers: BusboyHeaders = { 'content-type': request.header('content-type') ?? '' };
  // The path is kept: a name that climbs out of its folder is refused where the file is placed, not silently cut.
  const reader = new Busboy({ headers, preservePath: true, limits: { fieldSize: body.length + 1 } });
  await new Promise<void>((resolve, reject) => {
    reader.on('field', (name: string, value: string) => fields.set(name, value));
    reader.on('file', (name: string, stream: NodeJS.ReadableStream, fileName: string | undefined) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const bytes = Buffer.concat(chunks);
        if (fileName === undefined || fileName === '') fields.set(name, bytes.toString('utf8'));
        else files.set(name, { fileName, bytes });
      });
    });
    reader.on('finish', resolve);
    reader.on('error', reject);
    reader.end(body);
  });
  return { fields, files };
};
