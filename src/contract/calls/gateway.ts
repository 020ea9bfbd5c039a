import { z } from 'zod';
import { defineCall } from '../define.ts';
import { gatewayPortFindingSchema, gatewayPortSchema } from '../models/gateway.ts';
import { instanceIdSchema } from '../models/instance.ts';

/** Calls about the address under which all GPUs are one ComfyUI. */
export const gatewayCalls = {
  'gateway.examinePort': defineCall({
    summary: 'Who has a port that the gateway may want.',
    input: z.object({ port: gatewayPortSchema }),
    output: z.object({ finding: gatewayPortFindingSchema }),
    errors: [],
    // The studio asks whatever listens there, which is not for everybody to choose.
    access: 'admin',
  }),
  'gateway.move': defineCall({
    summary:
      'Moves the gateway to another port, now and for later starts. With `takeOver`, an idle ComfyUI that sits there makes room: an instance moves to another port, and one that somebody else started is ended and goes on as an instance on another port.',
    input: z.object({ port: gatewayPortSchema, takeOver: z.boolean().default(false) }),
    output: z.object({
      address: z.string(),
      movedInstanceId: instanceIdSchema.nullable(),
      importedInstanceId: instanceIdSchema.nullable(),
    }),
    errors: [
      'SERVER_PORT_TAKEN',
      'GATEWAY_PORT_BUSY',
      'GATEWAY_PORT_FOREIGN',
      'INSTANCE_INVALID',
      'STORE_WRITE_FAILED',
    ],
    access: 'admin',
  }),
} as const;
