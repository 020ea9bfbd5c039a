import { StudioError } from '#contract/errors.ts';
import type { GatewayPortFinding } from '#contract/models/gateway.ts';
import { remark } from '../remark.ts';
import {
  done,
  doneWith,
  type EffectContext,
  type EffectOf,
  type EffectResult,
  type FactsOf,
} from './effect-context.ts';

/** How the gateway gets the port that somebody has. */
export type TakeOver =
  | { readonly kind: 'nothing-to-do' }
  | { readonly kind: 'move'; readonly takeOver: boolean; readonly standIn: string | null }
  | { readonly kind: 'leave'; readonly reason: 'has-work' | 'other-comfyui' | 'other-program' };

const portOf = (address: string): number => {
  const match = /^(https?):\/\/(?:\[[^\]]*\]|[^:/]+)(?::(\d+))?/u.exec(address);
  if (match === null) return 0;
  return match[2] === undefined ? (match[1] === 'https' ? 443 : 80) : Number(match[2]);
};

/**
 * A ComfyUI that runs makes room only for the instance that stands for it: one that nobody asked to migrate is left alone. One
 * with work is never ended.
 */
export const decideTakeOver = (
  finding: GatewayPortFinding,
  port: number,
  oldServers: Readonly<Record<string, string>>,
): TakeOver => {
  switch (finding.kind) {
    case 'gateway':
      return { kind: 'nothing-to-do' };
    case 'free':
      return { kind: 'move', takeOver: false, standIn: null };
    case 'instance':
      return finding.runningJobs > 0
        ? { kind: 'leave', reason: 'has-work' }
        : { kind: 'move', takeOver: true, standIn: null };
    case 'comfyui': {
      const standIn = Object.keys(oldServers).find((id) => portOf(oldServers[id] ?? '') === port);
      if (standIn === undefined) return { kind: 'leave', reason: 'other-comfyui' };
      if (finding.queueRemaining > 0) return { kind: 'leave', reason: 'has-work' };
      return { kind: 'move', takeOver: true, standIn };
    }
    case 'other':
      return { kind: 'leave', reason: 'other-program' };
  }
};

const leaveTexts = {
  'has-work': 'The ComfyUI on this port has work, so the gateway stays where it is.',
  'other-comfyui': 'A ComfyUI that is not part of this migration has the port, so the gateway stays where it is.',
  'other-program': 'Another program has the port, so the gateway stays where it is.',
} as const;

export const preparePort = async (
  { port }: EffectOf<'take-over'>,
  { dependencies }: EffectContext,
): Promise<FactsOf<'port'>> => ({
  kind: 'port',
  wanted: port,
  portBefore: dependencies.gateway().port,
  settingBefore: dependencies.settings.current().gatewayPort,
  finding: await dependencies.gatewayPort.examine(port),
});

const refusals: readonly string[] = ['SERVER_PORT_TAKEN', 'GATEWAY_PORT_BUSY', 'GATEWAY_PORT_FOREIGN'];

/** Moves the gateway; that it cannot have the port is said and ends nothing, since it answers where it is. */
export const carryOutPort = async (
  { wanted }: FactsOf<'port'>,
  { dependencies, begun }: EffectContext,
): Promise<EffectResult> => {
  const { gatewayPort } = dependencies;
  const finding = await gatewayPort.examine(wanted);
  const decision = decideTakeOver(finding, wanted, begun.oldServers);
  if (decision.kind === 'nothing-to-do') return done;
  if (decision.kind === 'leave') {
    return doneWith([
      remark('warning', `port-${decision.reason}`, leaveTexts[decision.reason], { port: wanted, finding }),
    ]);
  }
  try {
    await gatewayPort.move(wanted, decision.takeOver, decision.standIn);
  } catch (error) {
    if (!(error instanceof StudioError) || !refusals.includes(error.code)) throw error;
    const details = { port: wanted, code: error.code, ...error.details };
    return doneWith([
      remark('warning', 'port-not-taken', 'The gateway could not take the port and stays where it is.', details),
    ]);
  }
  return decision.standIn === null
    ? done
    : doneWith([
        remark(
          'info',
          'old-server-ended',
          'The ComfyUI that ran on this port was ended; its instance goes on for it.',
          {
            port: wanted,
            instanceId: decision.standIn,
          },
        ),
      ]);
};
