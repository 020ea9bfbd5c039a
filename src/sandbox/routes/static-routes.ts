import { statSync } from 'node:fs';
import { join } from 'node:path';
import { containedPath } from '../folders/contained-path.ts';
import { type Answer, staticNotFound, withHeaders } from '../http/answer.ts';
import { fileAnswer } from '../http/file-answer.ts';
import type { Handler } from '../http/router.ts';
import { type Route, route } from '../http/router.ts';
import type { RouteParts } from './route-parts.ts';

const startPage = `<!doctype html><meta charset="utf-8"><title>Atelier sandbox</title>
<body style="font: 15px/1.5 system-ui; max-width: 40em; margin: 4em auto">
<h1>Sandbox server</h1><p>This server answers like ComfyUI, without a GPU. Its address is what a client connects to.</p>
`;

const neverKept = { 'Cache-Control': 'no-store, must-revalidate', Pragma: 'no-cache', Expires: '0' };

/** GET / and /api/: the front end's index, or a page that says what this is. */
export const startPageRoutes = ({ layout }: RouteParts): readonly Route[] => [
  route('GET', '/', async (request) => {
    if (layout.frontEnd !== null) {
      return withHeaders(await fileAnswer(request, join(layout.frontEnd, 'index.html')), neverKept);
    }
    return { status: 200, headers: { 'Content-Type': 'text/html', ...neverKept }, body: startPage };
  }),
];

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/** The file below `root` that an escaped path names; null when there is none. */
const fileBelow = (root: string, rawPath: string): string | null => {
  try {
    const path = containedPath(root, `.${decodeURIComponent(rawPath)}`);
    return path !== null && isFile(path) ? path : null;
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
};

/** Everything no route knows: files of the front end, else ComfyUI's 404. */
export const createStaticFiles = ({ layout }: Pick<RouteParts, 'layout'>): Handler => {
  const root = layout.frontEnd;
  if (root === null) return staticNotFound;
  return (request): Answer | Promise<Answer> => {
    const path = fileBelow(root, request.rawPath);
    return path === null ? staticNotFound() : fileAnswer(request, path);
  };
};
