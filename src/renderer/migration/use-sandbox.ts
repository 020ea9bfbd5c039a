import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSend } from '../instances/use-instance-actions.tsx';
import { useGpus, useInstances } from '../studio-client/queries.ts';
import { dismissWelcome } from './first-run.ts';
import { freeName, sandboxCount, sandboxDraft } from './sandbox-fleet.ts';

const firstPort = 8188;

interface Sandbox {
  readonly isBusy: boolean;
  /** Makes the instances, starts them, and shows how they come up. */
  start(): Promise<void>;
}

export const useSandbox = (): Sandbox => {
  const { t } = useTranslation();
  const send = useSend();
  const navigate = useNavigate();
  const count = sandboxCount(useGpus().length);
  const instances = useInstances().data?.instances ?? [];
  const [isBusy, setBusy] = useState(false);
  const make = async (): Promise<number> => {
    const names = new Set(instances.map(({ configuration }) => configuration.name));
    let from = firstPort;
    for (let made = 0; made < count; made += 1) {
      const free = await send('instances.suggestPort', { from });
      if (free === undefined) return made;
      from = free.port + 1;
      const name = freeName((number) => t('migration.ways.sandboxName', { number }), names);
      names.add(name);
      const created = await send('instances.create', { draft: sandboxDraft(name, free.port) });
      if (created === undefined) return made;
      void send('instances.start', { instanceId: created.configuration.id });
    }
    return count;
  };
  return {
    isBusy,
    start: async () => {
      setBusy(true);
      const made = await make();
      setBusy(false);
      if (made === 0) return;
      dismissWelcome(localStorage);
      await navigate({ to: '/migration', search: { step: 'sandbox' } });
    },
  };
};
