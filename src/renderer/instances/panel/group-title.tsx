import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { GroupTitle } from '../arrange-instances.ts';
import classes from './panel.module.css';

/** The heading of a group: which GPU, or what else its instances run on. */
export const GroupHeading = ({ title, count }: { title: GroupTitle; count: number }): ReactNode => {
  const { t } = useTranslation();
  const words = (): { name: string; facts: string } => {
    switch (title.kind) {
      case 'gpu':
        return {
          name: [t('instances.card.gpu', { index: title.index }), title.name].filter((part) => part !== '').join(' · '),
          facts: title.bus === '' ? '' : t('instances.card.bus', { bus: title.bus }),
        };
      case 'device':
        return { name: title.name, facts: '' };
      case 'all':
        return { name: '', facts: '' };
      case 'cpu':
      case 'sandbox':
      case 'remote':
      case 'unknown':
        return { name: t(`instances.groups.${title.kind}`), facts: '' };
    }
  };
  const { name, facts } = words();
  return (
    <h2 className={classes.groupTitle}>
      {name}
      <span className={classes.groupFacts}>
        {[facts, t('instances.groups.count', { count })].filter((part) => part !== '').join(' · ')}
      </span>
    </h2>
  );
};
