import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { StateGlyph } from '../../components/state-glyph.tsx';
import { presentState } from '../../instances/instance-presentation.ts';
import { useOpenExternal } from '../../studio-client/host.ts';
import { useInstances } from '../../studio-client/queries.ts';
import classes from './run.module.css';

/** The new instances as they come up. */
export const LiveInstances = ({ instanceIds }: { readonly instanceIds: readonly string[] }): ReactNode => {
  const { t } = useTranslation();
  const openExternal = useOpenExternal();
  const shown = (useInstances().data?.instances ?? []).filter(({ configuration }) =>
    instanceIds.includes(configuration.id),
  );
  if (shown.length === 0) return null;
  return (
    <ul className={classes.live} aria-label={t('migration.run.starting')}>
      {shown.map((view) => {
        const { shape, colour, word } = presentState(view.state);
        return (
          <li key={view.configuration.id}>
            <StateGlyph shape={shape} colour={colour} />
            <span className={classes.liveName} title={view.configuration.name}>
              {view.configuration.name}
            </span>
            <span className={classes.quiet}>{t(`instances.status.${word}`)}</span>
            <a
              href={view.endpoint}
              onClick={(event) => {
                event.preventDefault();
                openExternal(view.endpoint);
              }}
            >
              {view.endpoint.replace(/^https?:\/\//, '')}
            </a>
          </li>
        );
      })}
    </ul>
  );
};
