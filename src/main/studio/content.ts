import { StudioError, toWireError } from '#contract/errors.ts';
import type { ContentAnswer, ContentHandler, ContentRequest } from '#contract/handlers.ts';
import type { FileAnswer } from '#core/ports/comfy-client.ts';
import type { InputStore } from '#core/ports/input-store.ts';
import { conditionalHeaders } from './conditional-headers.ts';

export interface OutputSource {
  /** JOB_NOT_FOUND for an unknown job or index. */
  openOutput(
    jobId: string,
    index: number,
    options: { readonly headers: Readonly<Record<string, string>>; readonly signal: AbortSignal },
  ): Promise<FileAnswer>;
}

export interface LogSource {
  /** INSTANCE_NOT_FOUND for an unknown instance. */
  readLog(instanceId: string): Promise<{ readonly sizeBytes: number; readonly body: AsyncIterable<Uint8Array> }>;
}

const json = (status: number, value: unknown): ContentAnswer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(value),
});

/** The binary routes: results of jobs and logs of instances out, pictures for jobs in. Everything streams. */
export const createContentHandler = (parts: {
  readonly outputs: OutputSource;
  readonly inputs: InputStore;
  readonly logs: LogSource;
}): ContentHandler => {
  const readOutput = async (request: ContentRequest, jobId: string, index: number): Promise<ContentAnswer> => {
    const { signal } = request;
    return parts.outputs.openOutput(jobId, index, { headers: conditionalHeaders(request), signal });
  };
  const readLog = async (instanceId: string): Promise<ContentAnswer> => {
    const { body } = await parts.logs.readLog(instanceId);
    const headers = {
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': `attachment; filename="${instanceId}.log"`,
    };
    return { status: 200, headers, body };
  };
  const storeInput = async ({ body, headers, signal }: ContentRequest): Promise<ContentAnswer> => {
    const contentType = headers['content-type'] ?? 'application/octet-stream';
    return json(200, await parts.inputs.put(body, { contentType, signal }));
  };
  const route = async (request: ContentRequest): Promise<ContentAnswer> => {
    const output = /^outputs\/([0-9a-f-]{36})\/(\d{1,6})$/.exec(request.path);
    const [, jobId, index] = output ?? [];
    if (jobId !== undefined && index !== undefined && ['GET', 'HEAD'].includes(request.method)) {
      return readOutput(request, jobId, Number(index));
    }
    const logOf = /^logs\/([A-Za-z0-9][A-Za-z0-9_-]{0,63})$/.exec(request.path)?.[1];
    if (logOf !== undefined && request.method === 'GET') return readLog(logOf);
    if (request.path === 'inputs' && request.method === 'PUT') return storeInput(request);
    throw new StudioError('METHOD_UNKNOWN');
  };
  return async (request) => {
    try {
      return await route(request);
    } catch (error) {
      if (error instanceof StudioError) return json(error.status, toWireError(error));
      throw error;
    }
  };
};
