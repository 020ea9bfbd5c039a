import { envelopeAnswer, type RawAnswer } from './raw-answer.ts';

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '');

/** Whether the headers were too long because the first line was. */
const endsInFirstLine = (error: Error): boolean =>
  'rawPacket' in error && Buffer.isBuffer(error.rawPacket) && !error.rawPacket.includes('\n');

/** The answer to what is no request of HTTP; null where nobody is left to read one. */
export const clientErrorAnswer = (error: Error): RawAnswer | null => {
  const code = codeOf(error);
  if (code === 'ECONNRESET' || code === 'EPIPE') return null;
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return envelopeAnswer(408, ['request_timeout', 'The request took too long to arrive.']);
  if (code === 'HPE_HEADER_OVERFLOW') {
    return endsInFirstLine(error)
      ? envelopeAnswer(414, ['uri_too_long', 'The address is too long.'])
      : envelopeAnswer(431, ['headers_too_large', 'The headers of the request are too large.']);
  }
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW')
    return envelopeAnswer(413, ['input_too_large', 'The body has too much between its chunks.']);
  return envelopeAnswer(400, ['bad_request', 'The request is malformed.']);
};
