import { ActionIcon, Badge, Button, Checkbox, Menu } from '@mantine/core';
import {
  IconCopy,
  IconDots,
  IconDownload,
  IconPencil,
  IconPhoto,
  IconPhotoOff,
  IconPlayerPlay,
  IconShare,
  IconTrash,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { memo, type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { exportKinds, type SavedWorkflow } from '#contract/models/library.ts';
import { useServices } from '../state/app-context.tsx';
import { formatAgo } from '../text/format.ts';
import { frame } from '../theme/tokens.ts';
import classes from './library.module.css';
import type { LibraryActions } from './use-library-actions.tsx';
import { WorkflowPicture } from './workflow-picture.tsx';

export type CardDialog = 'rename' | 'share';

interface CardProps {
  readonly workflow: SavedWorkflow;
  readonly isSelected: boolean;
  readonly actions: LibraryActions;
  readonly onSelect: (workflowId: string) => void;
  readonly onDialog: (dialog: CardDialog, workflowId: string) => void;
}

const exportLabels = { atelier: 'exportAtelier', api: 'exportApi', editor: 'exportEditor' } as const;

const CardMenu = ({ workflow, actions, onDialog }: CardProps): ReactNode => {
  const { t } = useTranslation();
  const picker = useRef<HTMLInputElement>(null);
  const { id, name } = workflow;
  return (
    <>
      <input
        ref={picker}
        type="file"
        accept="image/*"
        hidden
        aria-label={t('library.picture')}
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file !== undefined) void actions.setPicture(workflow, file);
          currentTarget.value = '';
        }}
      />
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t('library.actionsOf', { name })}>
            <IconDots size={frame.icon} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={frame.iconSmall} />} onClick={() => onDialog('rename', id)}>
            {t('library.rename')}
          </Menu.Item>
          <Menu.Item leftSection={<IconCopy size={frame.iconSmall} />} onClick={() => void actions.duplicate(workflow)}>
            {t('library.duplicate')}
          </Menu.Item>
          <Menu.Item leftSection={<IconPhoto size={frame.iconSmall} />} onClick={() => picker.current?.click()}>
            {t('library.picture')}
          </Menu.Item>
          {workflow.pictureChosen ? (
            <Menu.Item
              leftSection={<IconPhotoOff size={frame.iconSmall} />}
              onClick={() => void actions.setPicture(workflow, null)}
            >
              {t('library.pictureLatest')}
            </Menu.Item>
          ) : null}
          <Menu.Item leftSection={<IconShare size={frame.iconSmall} />} onClick={() => onDialog('share', id)}>
            {t('library.share')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Label>{t('library.export')}</Menu.Label>
          {exportKinds.map((kind) => (
            <Menu.Item
              key={kind}
              leftSection={<IconDownload size={frame.iconSmall} />}
              onClick={() => void actions.exportFile([id], kind)}
            >
              {t(`library.${exportLabels[kind]}`)}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={frame.iconSmall} />}
            onClick={() => void actions.remove([id])}
          >
            {t('library.delete')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
};

const modelOf = ({ models }: SavedWorkflow): string => models[0]?.split('/').slice(1).join('/') ?? '';

/** A saved workflow: its picture first, then its name, what it is about, and what one may do. */
export const WorkflowCard = memo((props: CardProps): ReactNode => {
  const { t } = useTranslation();
  const { clock } = useServices();
  const { workflow, isSelected, onSelect } = props;
  const { id, name, tags, nodeCount, lastRunAt } = workflow;
  const facts = [
    lastRunAt === null ? t('library.never') : t('library.lastRun', { when: formatAgo(lastRunAt, clock.now()) }),
    t('library.nodes', { count: nodeCount }),
    modelOf(workflow),
  ].filter((fact) => fact !== '');
  return (
    <article className={classes.card} data-selected={isSelected} aria-label={name}>
      <Checkbox
        className={classes.check ?? ''}
        aria-label={t('library.select', { name })}
        checked={isSelected}
        onChange={() => onSelect(id)}
      />
      <Link
        className={classes.pictureLink}
        to="/run"
        search={{ workflow: id }}
        aria-label={t('library.open', { name })}
      >
        <WorkflowPicture workflow={workflow} />
      </Link>
      <div className={classes.cardBody}>
        <div className={classes.cardHead}>
          <h3 className={classes.name} title={name}>
            <bdi>{name}</bdi>
          </h3>
          <CardMenu {...props} />
        </div>
        <p className={classes.facts} title={facts.join(' · ')}>
          {facts.join(' · ')}
        </p>
        <div className={classes.cardFoot}>
          <div className={classes.tags}>
            {tags.map((tag) => (
              <Badge key={tag} className={classes.tag ?? ''} title={tag}>
                {tag}
              </Badge>
            ))}
          </div>
          <Button
            className={classes.runButton ?? ''}
            size="xs"
            variant="default"
            leftSection={<IconPlayerPlay size={frame.iconSmall} aria-hidden />}
            renderRoot={(root) => <Link {...root} to="/run" search={{ workflow: id }} />}
          >
            {t('library.run')}
          </Button>
        </div>
      </div>
    </article>
  );
});
WorkflowCard.displayName = 'WorkflowCard';
