import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { containedPath } from '../folders/contained-path.ts';
import { type Answer, empty, json, withHeaders } from '../http/answer.ts';
import { objectBody } from '../http/request.ts';
import { bareRoute, type Route } from '../http/router.ts';
import type { RouteParts } from './route-parts.ts';

const filesIn = async (folder: string): Promise<readonly string[]> => (existsSync(folder) ? readdir(folder) : []);

const numberOf = (text: string | null, fallback: number): number => {
  const number = Number(text ?? fallback);
  return Number.isInteger(number) && number >= 0 ? number : fallback;
};

/** As Python tells of a key that is missing. */
const keyError = (text: string): Answer => json({ error: `'${text}'` }, 400);

/** Workflows that pages share with image editors. */
const workflowRoutes = ({ sharedWorkflows }: RouteParts): readonly Route[] => {
  const path = (verb: string): string => `/api/etn/workflow/${verb}`;
  const success = json({ status: 'success' });
  return [
    bareRoute('POST', path('publish'), async (request) => {
      const body = await objectBody(request);
      const missing = ['name', 'client_id', 'workflow'].find((key) => !(key in body));
      if (missing !== undefined) return keyError(missing);
      sharedWorkflows.publish({ id: String(body['client_id']), name: body['name'] }, body['workflow']);
      return success;
    }),
    bareRoute('POST', path('subscribe'), async (request) => {
      const { client_id: clientId } = await objectBody(request);
      if (typeof clientId !== 'string') return keyError('client_id');
      return sharedWorkflows.subscribe(clientId) ? success : keyError('Already subscribed');
    }),
    bareRoute('POST', path('unsubscribe'), async (request) => {
      const { client_id: clientId } = await objectBody(request);
      if (typeof clientId !== 'string') return keyError('client_id');
      return sharedWorkflows.unsubscribe(clientId) ? success : keyError(`No subscriber found with id ${clientId}`);
    }),
  ];
};

/** The routes of the nodes of image editors (field.md 5.1); none without --sandbox-etn. */
export const etnRoutes = (parts: RouteParts): readonly Route[] => {
  const { imageMemory, layout } = parts;
  if (imageMemory === null) return [];
  const { models } = layout.folders;
  return [
    ...workflowRoutes(parts),
    bareRoute('PUT', '/api/etn/image/{id}', async (request) => {
      const mediaType = request.header('content-type') ?? 'application/octet-stream';
      imageMemory.put(request.params['id'] ?? '', { bytes: await request.body(), mediaType });
      return json({ status: 'success' });
    }),
    bareRoute('GET', '/api/etn/image/{id}', (request) => {
      const image = imageMemory.get(request.params['id'] ?? '');
      if (image === null) return json({ error: 'Image not found' }, 404);
      return withHeaders({ ...empty(), body: image.bytes }, { 'Content-Type': image.mediaType });
    }),
    bareRoute('PUT', '/api/etn/upload/loras/{id...}', async (request) => {
      const [folder] = models.get('loras') ?? [];
      const path = folder === undefined ? null : containedPath(folder, request.params['id'] ?? '');
      if (path === null || path === folder) return json({ error: 'Invalid path' }, 400);
      if (existsSync(path)) return json({ status: 'cached', path });
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, await request.body());
      return json({ status: 'success', path });
    }),
    bareRoute('GET', '/api/etn/model_info/{kind}', async (request) => {
      const folders = models.get(request.params['kind'] ?? '');
      if (folders === undefined) return json({ error: 'Unknown folder' }, 404);
      const names = (await Promise.all(folders.map(filesIn))).flat().toSorted();
      const offset = numberOf(request.query.get('offset'), 0);
      const page = names.slice(offset, offset + numberOf(request.query.get('limit'), 8));
      const total = { total: names.length };
      return json({ ...Object.fromEntries(page.map((name) => [name, { base_model: 'sd15' }])), _meta: total });
    }),
    bareRoute('GET', '/api/etn/languages', () => json([{ name: 'English', code: 'en' }])),
  ];
};
