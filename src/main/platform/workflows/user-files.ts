import { StudioError } from '#contract/errors.ts';
import type { UserFiles } from '#core/ports/workflow-store.ts';
import { createRequests } from '../comfy/requests.ts';

const timeoutMs = 20_000;

/** Files that ComfyUI keeps for its page, over its own routes. */
export const createUserFiles = (): UserFiles & { close(): Promise<void> } => {
  const requests = createRequests();
  return {
    create: async (endpoint, path, text, signal) => {
      // The name is one segment of the address, slashes and all (comfyui-protocol.md 2.2).
      const { status } = await requests.json(endpoint, `/userdata/${encodeURIComponent(path)}?overwrite=false`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: text,
        timeoutMs,
        signal,
      });
      if (status === 200) return 'created';
      if (status === 409) return 'exists';
      if (status === 401 || status === 403) throw new StudioError('INSTANCE_AUTH', undefined, { details: { status } });
      throw new StudioError('INSTANCE_WRONG_ANSWER', undefined, { details: { reason: 'status', status } });
    },
    close: () => requests.close(),
  };
};
