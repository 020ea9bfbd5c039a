import type { Exchange } from '../exchange.ts';

/** A status without a body, as ComfyUI refuses files. */
export const sendStatus = ({ response }: Exchange, status: number): void => {
  response.writeHead(status, { 'content-length': '0' });
  response.end();
};
