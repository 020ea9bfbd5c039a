import { Button, Input, NumberInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GatewayPortFinding } from '#contract/models/gateway.ts';
import { useSend } from '../instances/use-instance-actions.tsx';
import { useStudio } from '../studio-client/queries.ts';
import classes from './settings.module.css';

/** What can be done about a port: go there, have a ComfyUI make room, or nothing. */
export type PortStep = 'stay' | 'move' | 'take-over' | 'wait' | 'none';

export const portStepOf = (finding: GatewayPortFinding): PortStep => {
  switch (finding.kind) {
    case 'gateway':
      return 'stay';
    case 'free':
      return 'move';
    case 'instance':
      return finding.runningJobs === 0 ? 'take-over' : 'wait';
    case 'comfyui':
      if (!finding.importable) return 'none';
      return finding.queueRemaining === 0 ? 'take-over' : 'wait';
    case 'other':
      return 'none';
  }
};

const sentenceOf = (t: TFunction, finding: GatewayPortFinding, port: number): string => {
  switch (finding.kind) {
    case 'gateway':
    case 'free':
      return t(`settings.gateway.port.${finding.kind}`, { port });
    case 'instance':
      return t('settings.gateway.port.instance', { port, name: finding.name });
    case 'comfyui':
      return t(finding.importable ? 'settings.gateway.port.comfyui' : 'settings.gateway.port.foreignComfyui', {
        port,
        version: finding.version,
      });
    case 'other':
      return t(finding.name === null ? 'settings.gateway.port.somebody' : 'settings.gateway.port.other', {
        port,
        name: finding.name ?? '',
        pid: finding.pid ?? '',
      });
  }
};

interface FindingProps {
  readonly port: number;
  readonly finding: GatewayPortFinding;
  readonly isMoving: boolean;
  readonly move: (takeOver: boolean) => void;
}

const Finding = ({ port, finding, isMoving, move }: FindingProps): ReactNode => {
  const { t } = useTranslation();
  const step = portStepOf(finding);
  const canMove = step === 'move' || step === 'take-over';
  return (
    <div className={classes.finding} data-open={canMove} role="status">
      <p className={classes.findingText}>
        {sentenceOf(t, finding, port)} {step === 'wait' ? t('settings.gateway.port.wait') : null}
        {step === 'take-over' ? t('settings.gateway.port.makesRoom') : null}
      </p>
      {canMove ? (
        <Button mt="sm" size="xs" loading={isMoving} onClick={() => move(step === 'take-over')}>
          {t(step === 'move' ? 'settings.gateway.port.move' : 'settings.gateway.port.takeOver', { port })}
        </Button>
      ) : null}
    </div>
  );
};

/** Where the gateway listens. Who has the wanted port is asked before anything moves. */
export const GatewayPort = ({ port }: { readonly port: number }): ReactNode => {
  const { t } = useTranslation();
  const send = useSend();
  const queries = useQueryClient();
  const address = useStudio()?.addresses.gateway ?? null;
  const present = address === null ? port : Number(new URL(address).port);
  const [typed, setTyped] = useState<number | string>(present);
  const [found, setFound] = useState<{ readonly port: number; readonly finding: GatewayPortFinding } | null>(null);
  const [isMoving, setMoving] = useState(false);
  useEffect(() => setTyped(present), [present]);
  const wanted = typeof typed === 'number' && typed >= 1 && typed <= 65_535 ? typed : null;

  const examine = async (): Promise<void> => {
    if (wanted === null || wanted === present) return;
    const answer = await send('gateway.examinePort', { port: wanted });
    if (answer !== undefined) setFound({ port: wanted, finding: answer.finding });
  };
  const move = async (takeOver: boolean): Promise<void> => {
    if (found === null) return;
    setMoving(true);
    const answer = await send('gateway.move', { port: found.port, takeOver });
    setMoving(false);
    if (answer === undefined) return;
    setFound(null);
    await queries.invalidateQueries();
  };

  return (
    <>
      <Input.Wrapper
        className={classes.number ?? ''}
        label={t('settings.gateway.port.label')}
        description={t('settings.gateway.port.means')}
        error={wanted === null ? t('settings.gateway.port.invalid') : null}
      >
        <div className={classes.row}>
          <NumberInput
            className={classes.port ?? ''}
            aria-label={t('settings.gateway.port.label')}
            min={1}
            max={65_535}
            allowDecimal={false}
            value={typed}
            error={wanted === null}
            onChange={(value) => {
              setTyped(value);
              setFound(null);
            }}
            onKeyDown={(event) => {
              if (event.key === 'Enter') void examine();
            }}
          />
          <Button variant="default" disabled={wanted === null || wanted === present} onClick={() => void examine()}>
            {t('settings.gateway.port.check')}
          </Button>
        </div>
      </Input.Wrapper>
      {found === null ? null : <Finding {...found} isMoving={isMoving} move={(takeOver) => void move(takeOver)} />}
    </>
  );
};
