import { StudioError } from '#contract/errors.ts';
import { isObject } from '#core/shared/json-object.ts';
import type { GatewayContext } from '../context.ts';
import { envelope } from '../error-envelope.ts';
import { type Exchange, sendJson } from '../exchange.ts';
import type { RoutePattern } from '../routes.ts';
import { openNamedFile } from './file-sources.ts';
import { sendStatus } from './plain-answers.ts';
import { readUploadForm, type UploadedFile, type UploadForm } from './upload-form.ts';
import { type FileName, isUploadFolder, pathWithin, uploadPlace } from './upload-place.ts';

/** The file of a form in the store of inputs, or the answer that refuses it. */
type Received =
  | { readonly form: UploadForm; readonly file: UploadedFile; readonly answer?: never }
  | { readonly answer: () => void };

const refuse = (exchange: Exchange, type: string, message: string): void =>
  sendJson(exchange, 400, envelope(type, message));

/** ComfyUI answers with an empty 400 where no file is, and with its 500 where a field is none, which is a 400 with words here. */
const receive = async (context: GatewayContext, exchange: Exchange): Promise<Received> => {
  const { inputs, settings } = context;
  const { request, signal } = exchange;
  const maxBytes = settings().gatewayMaxUploadBytes;
  try {
    const form = await readUploadForm(request, {
      fileField: 'image',
      maxBytes,
      store: (body, contentType) => inputs.put(body, { contentType, maxBytes, signal }),
    });
    const { file, fields } = form;
    if (file !== null) return { form, file };
    if (!fields.has('image')) return { answer: () => sendStatus(exchange, 400) };
    return { answer: () => refuse(exchange, 'no_file', 'The field image carries no file with a name.') };
  } catch (error) {
    if (!(error instanceof StudioError) || error.code !== 'INPUT_INVALID') throw error;
    return { answer: () => refuse(exchange, 'invalid_form', error.message) };
  }
};

/** Puts a content under the name that a form asks for, and says which one it got. */
const place = async (
  context: GatewayContext,
  exchange: Exchange,
  { form, file }: { readonly form: UploadForm; readonly file: UploadedFile },
): Promise<void> => {
  const folder = form.fields.get('type') ?? 'input';
  if (!isUploadFolder(folder)) {
    refuse(exchange, 'invalid_type', 'The type is none of input, temp and output.');
    return;
  }
  const subfolder = form.fields.get('subfolder') ?? '';
  const overwrite = ['true', '1'].includes(form.fields.get('overwrite') ?? '');
  try {
    sendJson(exchange, 200, await context.shelf.put({ ...file, folder, subfolder, overwrite }));
  } catch (error) {
    if (!(error instanceof StudioError) || error.code !== 'INPUT_PATH_OUTSIDE') throw error;
    sendStatus(exchange, 400);
  }
};

/** POST /upload/image (comfyui-protocol.md 4.8): any file, under the name that the answer tells. */
const postImage = async (context: GatewayContext, exchange: Exchange): Promise<void> => {
  const received = await receive(context, exchange);
  if ('answer' in received && received.answer !== undefined) received.answer();
  else await place(context, exchange, received);
};

/** The file that a mask belongs to; null where its place is refused, undefined where nothing is named. */
const originalOf = (fields: UploadForm['fields']): FileName | null | undefined => {
  // An old client has its own spelling of the field's name.
  const text = fields.get('original_ref') ?? fields.get('originalRef');
  if (text === undefined) return undefined;
  let reference: unknown;
  try {
    reference = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (!isObject(reference) || typeof reference['filename'] !== 'string') return undefined;
  const { filename: name, subfolder, type } = reference;
  if (name.startsWith('/') || name.includes('..')) return null;
  const file = {
    name,
    subfolder: typeof subfolder === 'string' ? subfolder : '',
    type: typeof type === 'string' ? type : 'output',
  };
  return isUploadFolder(file.type) && pathWithin(file.subfolder, name) !== null ? file : null;
};

/** The original with the mask's alpha, as a new upload; null where there is no such original. */
const applyMask = async (
  context: GatewayContext,
  exchange: Exchange,
  work: { readonly original: FileName; readonly file: UploadedFile },
): Promise<UploadedFile | null> => {
  const { inputs, pictures } = context;
  const { signal } = exchange;
  const release = inputs.hold(work.file.uploadId);
  try {
    const original = await openNamedFile(context, work.original, { headers: {}, query: {}, signal });
    if (original === null) return null;
    const mask = await inputs.open(work.file.uploadId);
    const { bytes, contentType } = await pictures.mask(original.body, mask.body, signal);
    const body = (async function* whole() {
      yield bytes;
    })();
    return { ...(await inputs.put(body, { contentType, signal })), fileName: work.file.fileName };
  } finally {
    release();
  }
};

const answerUnwritten = (exchange: Exchange, { fields }: UploadForm, fileName: string): void => {
  const type = fields.get('type') ?? 'input';
  const wanted = isUploadFolder(type) ? uploadPlace(type, fields.get('subfolder') ?? '', fileName) : null;
  if (wanted === null) sendStatus(exchange, 400);
  else sendJson(exchange, 200, { name: wanted.name, subfolder: wanted.subfolder, type });
};

/** POST /upload/mask (comfyui-protocol.md 4.8). What has no original is answered as if it had been stored, as ComfyUI does. */
const postMask = async (context: GatewayContext, exchange: Exchange): Promise<void> => {
  const received = await receive(context, exchange);
  if ('answer' in received && received.answer !== undefined) {
    received.answer();
    return;
  }
  const { form, file } = received;
  const original = originalOf(form.fields);
  if (original === undefined) {
    refuse(exchange, 'invalid_original_ref', 'original_ref names no file.');
    return;
  }
  try {
    const masked = original === null ? null : await applyMask(context, exchange, { original, file });
    if (masked === null) answerUnwritten(exchange, form, file.fileName);
    else await place(context, exchange, { form, file: masked });
  } catch (error) {
    if (!(error instanceof StudioError) || error.code !== 'INPUT_INVALID') throw error;
    refuse(exchange, 'invalid_mask', 'The mask and its original are no pictures of one size.');
  }
};

export const uploadRoutes: readonly RoutePattern[] = [
  { path: '/upload/image', methods: { POST: postImage } },
  { path: '/upload/mask', methods: { POST: postMask } },
];
