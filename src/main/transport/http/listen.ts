import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { StudioError } from '#contract/errors.ts';

/** Tells whether an address is free and, where the system knows, who holds it. */
export type PortCheck = (
  host: string,
  port: number,
) => Promise<{ readonly owner: { readonly pid: number | null; readonly name: string | null } | null }>;

const systemErrorSchema = z.object({ code: z.string() });

/** Opens the address and answers its real port. Throws SERVER_PORT_TAKEN (with the owner) or SERVER_ADDRESS_UNUSABLE. */
export const listenOn = async (
  app: FastifyInstance,
  host: string,
  port: number,
  checkPort: PortCheck | undefined,
): Promise<number> => {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    const code = systemErrorSchema.safeParse(cause).data?.code;
    if (code === 'EADDRINUSE') {
      const state = await checkPort?.(host, port);
      const details = { host, port, owner: state?.owner ?? null };
      throw new StudioError('SERVER_PORT_TAKEN', undefined, { details, cause });
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new StudioError('SERVER_ADDRESS_UNUSABLE', undefined, { details: { host, port, reason: code }, cause });
    }
    throw cause;
  }
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
};
