import { ActionIcon, Button, Select, Slider, Tooltip } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type GalleryFacets, galleryKindSchema, galleryKinds } from '#contract/models/gallery.ts';
import { SearchField } from '../components/search-field.tsx';
import { useSend } from '../instances/use-instance-actions.tsx';
import { useInstances } from '../studio-client/queries.ts';
import { useAnswer } from '../studio-client/use-call.ts';
import { formatCount } from '../text/format.ts';
import { frame } from '../theme/tokens.ts';
import classes from './gallery.module.css';
import { workflowName } from './gallery-names.ts';
import { isFiltering, noFilters, spans } from './gallery-search.ts';
import { useGalleryNavigation } from './use-gallery-navigation.ts';

interface Choice {
  readonly value: string;
  readonly label: string;
}

interface FacetProps {
  readonly label: string;
  readonly all: string;
  readonly value: string | undefined;
  readonly choices: readonly Choice[];
  readonly onChoose: (value: string | undefined) => void;
}

/** One thing to filter by; a value of the address that nothing has any more stays readable. */
const Facet = ({ label, all, value, choices, onChoose }: FacetProps): ReactNode => {
  const { t } = useTranslation();
  const isKnown = value === undefined || choices.some((choice) => choice.value === value);
  return (
    <Select
      size="sm"
      className={classes.facet ?? ''}
      aria-label={label}
      placeholder={all}
      searchable={choices.length > 8}
      clearable
      nothingFoundMessage={t('gallery.filters.nothing')}
      maxDropdownHeight={frame.galleryMenu}
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
      value={value ?? null}
      data={isKnown ? [...choices] : [{ value, label: value }, ...choices]}
      onChange={(next) => onChoose(next ?? undefined)}
    />
  );
};

const counted = (label: string, count: number): string => `${label} (${formatCount(count)})`;

const useInstanceChoices = (facets: GalleryFacets | undefined): readonly Choice[] => {
  const { t } = useTranslation();
  const instances = useInstances().data?.instances ?? [];
  return (facets?.instances ?? []).map(({ instanceId, count }) => {
    const known = instances.find(({ configuration }) => configuration.id === instanceId);
    const name = known?.configuration.name ?? t('gallery.filters.goneInstance', { id: instanceId });
    return { value: instanceId, label: counted(name, count) };
  });
};

const Facets = ({ facets }: { facets: GalleryFacets | undefined }): ReactNode => {
  const { t } = useTranslation();
  const { search, go } = useGalleryNavigation();
  const instanceChoices = useInstanceChoices(facets);
  const kindCounts = new Map(facets?.kinds.map(({ kind, count }) => [kind, count]));
  return (
    <>
      <Facet
        label={t('gallery.filters.kind')}
        all={t('gallery.filters.allKinds')}
        value={search.kind}
        choices={galleryKinds
          .filter((kind) => kindCounts.has(kind))
          .map((kind) => ({ value: kind, label: counted(t(`gallery.kinds.${kind}`), kindCounts.get(kind) ?? 0) }))}
        onChoose={(value) => go({ kind: galleryKindSchema.safeParse(value).data })}
      />
      <Facet
        label={t('gallery.filters.workflow')}
        all={t('gallery.filters.allWorkflows')}
        value={search.workflow}
        choices={(facets?.workflows ?? []).map((workflow) => ({
          value: workflow.key,
          label: counted(workflowName(t, workflow), workflow.count),
        }))}
        onChoose={(workflow) => go({ workflow })}
      />
      <Facet
        label={t('gallery.filters.model')}
        all={t('gallery.filters.allModels')}
        value={search.model}
        choices={(facets?.models ?? []).map(({ name, count }) => ({
          value: name,
          label: counted(name.slice(name.lastIndexOf('/') + 1), count),
        }))}
        onChoose={(model) => go({ model })}
      />
      <Facet
        label={t('gallery.filters.instance')}
        all={t('gallery.filters.allInstances')}
        value={search.instance}
        choices={instanceChoices}
        onChoose={(instance) => go({ instance })}
      />
      <Facet
        label={t('gallery.filters.time')}
        all={t('gallery.filters.anyTime')}
        value={search.time}
        choices={spans.map((value) => ({ value, label: t(`gallery.filters.${value}`) }))}
        onChoose={(value) => go({ time: spans.find((span) => span === value) })}
      />
    </>
  );
};

interface GridToolsProps {
  readonly tileSize: number;
  readonly onTileSize: (size: number) => void;
}

/** How large the pictures are, and the search for files that changed without anybody telling. */
export const GridTools = ({ tileSize, onTileSize }: GridToolsProps): ReactNode => {
  const { t } = useTranslation();
  const send = useSend();
  return (
    <div className={classes.tools}>
      <Slider
        className={classes.size ?? ''}
        size="sm"
        label={null}
        thumbLabel={t('gallery.tileSize')}
        min={frame.galleryTileMin}
        max={frame.galleryTileMax}
        step={20}
        value={tileSize}
        onChange={onTileSize}
      />
      <Tooltip label={t('gallery.refresh')}>
        <ActionIcon size="lg" aria-label={t('gallery.refresh')} onClick={() => void send('gallery.scan', {})}>
          <IconRefresh size={frame.icon} stroke={1.6} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </div>
  );
};

/** How long what there is to filter by may be behind while results come in. */
const facetsStaleMs = 5000;

/** Which results the gallery shows; all of it stands in the address. */
export const FilterBar = (): ReactNode => {
  const { t } = useTranslation();
  const { search, go } = useGalleryNavigation();
  const facets = useAnswer('gallery.facets', {}, { refetchIntervalMs: facetsStaleMs, keepPrevious: true });
  return (
    <div role="search" aria-label={t('gallery.filters.label')} className={classes.bar}>
      <SearchField
        className={classes.search}
        label={t('gallery.search')}
        clearLabel={t('gallery.clearSearch')}
        value={search.search ?? ''}
        onSearch={(text) => go({ search: text === '' ? undefined : text })}
      />
      <Facets facets={facets.data} />
      {isFiltering(search) ? (
        <Button size="sm" variant="subtle" color="gray" onClick={() => go(noFilters)}>
          {t('gallery.filters.clear')}
        </Button>
      ) : null}
    </div>
  );
};
