import type { ContentHandler } from '#contract/handlers.ts';
import type { DiagnosticsParts } from './diagnostics-parts.ts';

/** Adds GET diagnostics.zip to the binary routes; the archive is made while it is sent. */
export const withDiagnostics =
  (content: ContentHandler, diagnostics: Pick<DiagnosticsParts, 'archive'>): ContentHandler =>
  async (request) => {
    if (request.path !== 'diagnostics.zip' || request.method !== 'GET') return content(request);
    const { fileName, body } = diagnostics.archive(request.signal);
    const headers = {
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="${fileName}"`,
      'cache-control': 'no-store',
    };
    return { status: 200, headers, body };
  };
