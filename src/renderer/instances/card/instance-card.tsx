import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceView } from '#contract/models/instance.ts';
import { useViewState } from '../../state/app-context.tsx';
import { useActiveInstanceId, useInstance } from '../../studio-client/queries.ts';
import { CardActions } from './card-actions.tsx';
import { CardFacts } from './card-facts.tsx';
import { CardHeader, type CardHeading } from './card-header.tsx';
import { CardMeters } from './card-meters.tsx';
import { CardMiddle } from './card-middle.tsx';
import classes from './instance-card.module.css';

interface InstanceCardProps {
  readonly instanceId: string;
  readonly heading: CardHeading;
}

interface LoadedCardProps {
  readonly view: InstanceView;
  readonly active: boolean;
  readonly heading: CardHeading;
}

const LoadedCard = ({ view, active, heading }: LoadedCardProps): ReactNode => {
  const { t } = useTranslation();
  const focusInstance = useViewState(({ focusInstance }) => focusInstance);
  const { id, name } = view.configuration;
  return (
    <article
      className={classes.card}
      data-instance-id={id}
      data-active={active}
      data-state={view.state.kind}
      // A card takes the focus, so that Ctrl+E and Delete know which one is meant.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      aria-label={active ? `${name}, ${t('instances.card.active')}` : name}
      onFocus={() => focusInstance(id)}
    >
      <CardHeader view={view} active={active} heading={heading} />
      <CardMiddle view={view} />
      <CardMeters view={view} />
      <CardFacts view={view} />
      <CardActions view={view} active={active} />
    </article>
  );
};

/** One instance: what it is, what it does, how it is, what can be done. Renders again only when its own data changed. */
export const InstanceCard = memo(({ instanceId, heading }: InstanceCardProps): ReactNode => {
  const view = useInstance(instanceId);
  const active = useActiveInstanceId() === instanceId;
  return view === null ? null : <LoadedCard view={view} active={active} heading={heading} />;
});
InstanceCard.displayName = 'InstanceCard';
