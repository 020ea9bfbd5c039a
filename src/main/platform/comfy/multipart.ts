export interface MultipartFile {
  readonly field: string;
  readonly filename: string;
  readonly contentType: string;
  readonly body: AsyncIterable<Uint8Array>;
}

/** The characters that would end a quoted name, as browsers escape them. */
const quoted = (name: string): string => name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

/** A multipart/form-data body with text fields and one file, written as the file is read. */
export const writeMultipart = async function* writeMultipart(
  boundary: string,
  fields: Readonly<Record<string, string>>,
  file: MultipartFile,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const [name, value] of Object.entries(fields)) {
    yield encoder.encode(`--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`);
  }
  yield encoder.encode(
    `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(file.field)}"; filename="${quoted(file.filename)}"\r\n` +
      `Content-Type: ${file.contentType.replaceAll(/[\r\n]/gu, ' ')}\r\n\r\n`,
  );
  yield* file.body;
  yield encoder.encode(`\r\n--${boundary}--\r\n`);
};
