import type { CallHandlers } from '#contract/handlers.ts';
import type { GatewayPort } from '#core/gateway-port/gateway-port.ts';

export const createGatewayHandlers = (
  port: GatewayPort,
): Pick<CallHandlers, Extract<keyof CallHandlers, `gateway.${string}`>> => ({
  'gateway.examinePort': async (input) => ({ finding: await port.examine(input.port) }),
  'gateway.move': ({ port: wanted, takeOver }) => port.move(wanted, takeOver),
});
