import { ActionIcon, Select, Tooltip } from '@mantine/core';
import { IconExternalLink, IconRefresh } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceView } from '#contract/models/instance.ts';
import { Copyable } from '../components/copyable.tsx';
import { StateGlyph } from '../components/state-glyph.tsx';
import { presentInstance } from '../instances/instance-presentation.ts';
import { useOpenExternal } from '../studio-client/host.ts';
import { useStudio } from '../studio-client/queries.ts';
import { frame } from '../theme/tokens.ts';
import classes from './viewer.module.css';

interface ViewerBarProps {
  readonly target: string;
  readonly instances: readonly InstanceView[];
  readonly isLoaded: boolean;
  readonly onReload: () => void;
}

/** Which page is shown, where it lives, and what can be done with it. */
export const ViewerBar = ({ target, instances, isLoaded, onReload }: ViewerBarProps): ReactNode => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const openExternal = useOpenExternal();
  const gateway = useStudio()?.addresses.gateway ?? null;
  const views = new Map(instances.map((view) => [view.configuration.id, view]));
  const view = views.get(target);
  const address = target === 'gateway' ? gateway : (view?.endpoint ?? null);
  const glyphOf = (id: string): ReactNode => {
    const of = views.get(id);
    return of === undefined ? null : <StateGlyph {...presentInstance(of)} />;
  };
  return (
    <div className={classes.bar}>
      <Select
        size="sm"
        className={classes.select ?? ''}
        aria-label={t('viewer.choose')}
        allowDeselect={false}
        searchable={instances.length > 8}
        leftSection={glyphOf(target)}
        value={target}
        data={[
          { value: 'gateway', label: t('viewer.gateway') },
          ...instances.map(({ configuration }) => ({ value: configuration.id, label: configuration.name })),
        ]}
        renderOption={({ option }) => (
          <span className={classes.option}>
            {glyphOf(option.value)}
            <span className={classes.optionName}>{option.label}</span>
          </span>
        )}
        onChange={(value) => {
          if (value !== null) void navigate({ to: '/view/$target', params: { target: value } });
        }}
      />
      <span className={classes.address}>
        {address === null ? null : (
          <Copyable value={address} label={t('viewer.copyAddress')}>
            {address.replace(/^https?:\/\//, '')}
          </Copyable>
        )}
      </span>
      <Tooltip label={t('viewer.reload')}>
        <ActionIcon aria-label={t('viewer.reload')} disabled={!isLoaded} onClick={onReload}>
          <IconRefresh size={frame.icon} stroke={1.6} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t('viewer.openOutside')}>
        <ActionIcon
          aria-label={t('viewer.openOutside')}
          disabled={address === null || !isLoaded}
          onClick={() => {
            if (address !== null) openExternal(address);
          }}
        >
          <IconExternalLink size={frame.icon} stroke={1.6} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </div>
  );
};
