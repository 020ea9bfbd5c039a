import { Anchor, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { GalleryDetails, GallerySampler } from '#contract/models/gallery.ts';
import { Copyable } from '../../components/copyable.tsx';
import { useInstance } from '../../studio-client/queries.ts';
import { formatBytes, formatMoment } from '../../text/format.ts';
import { workflowName } from '../gallery-names.ts';
import { useGalleryNavigation } from '../use-gallery-navigation.ts';
import classes from './view.module.css';

const Fact = ({ name, children }: { name: string; children: ReactNode }): ReactNode => (
  <div className={classes.fact}>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

const Part = ({ title, children }: { title: string; children: ReactNode }): ReactNode => (
  <section className={classes.part}>
    <Title order={3} className={classes.partTitle ?? ''}>
      {title}
    </Title>
    {children}
  </section>
);

const Prompt = ({ title, text }: { title: string; text: string }): ReactNode => {
  const { t } = useTranslation();
  return text === '' ? null : (
    <Part title={title}>
      <div className={classes.prompt} dir="auto">
        {text}
      </div>
      <Copyable value={text} label={t('gallery.facts.copyPrompt')}>
        {t('gallery.facts.copy')}
      </Copyable>
    </Part>
  );
};

const Sampling = ({ sampler }: { sampler: GallerySampler }): ReactNode => {
  const { t } = useTranslation();
  const { seed, steps, cfg, sampler: name, scheduler, denoise } = sampler;
  return (
    <dl className={classes.facts}>
      {seed === null ? null : (
        <Fact name={t('gallery.facts.seed')}>
          <Copyable value={seed} label={t('gallery.facts.copySeed')} mono>
            {seed}
          </Copyable>
        </Fact>
      )}
      {steps === null ? null : <Fact name={t('gallery.facts.steps')}>{steps}</Fact>}
      {cfg === null ? null : <Fact name={t('gallery.facts.cfg')}>{cfg}</Fact>}
      {name === null ? null : <Fact name={t('gallery.facts.sampler')}>{name}</Fact>}
      {scheduler === null ? null : <Fact name={t('gallery.facts.scheduler')}>{scheduler}</Fact>}
      {denoise === null || denoise === 1 ? null : <Fact name={t('gallery.facts.denoise')}>{denoise}</Fact>}
    </dl>
  );
};

/** Something that the gallery can be filtered by: a click shows all of its kind. */
const FilterLink = ({ children, onFilter }: { children: ReactNode; onFilter: () => void }): ReactNode => (
  <Anchor component="button" type="button" className={classes.filterLink ?? ''} onClick={onFilter}>
    {children}
  </Anchor>
);

const InstanceName = ({ instanceId }: { instanceId: string }): ReactNode => {
  const { t } = useTranslation();
  const name = useInstance(instanceId)?.configuration.name;
  return name ?? t('gallery.facts.deletedInstance', { id: instanceId });
};

const FileFacts = ({ item }: { item: GalleryDetails }): ReactNode => {
  const { t } = useTranslation();
  const { go } = useGalleryNavigation();
  const { name, width, height, sizeBytes, path, instanceId, jobId, storage } = item;
  return (
    <Part title={t('gallery.facts.file')}>
      <dl className={classes.facts}>
        {name === '' ? null : <Fact name={t('gallery.facts.name')}>{name}</Fact>}
        <Fact name={t('gallery.facts.made')}>{formatMoment(item.createdAt)}</Fact>
        {width === null || height === null ? null : (
          <Fact name={t('gallery.facts.size')}>
            {t('gallery.facts.pixels', { width, height })}
            {sizeBytes === null ? null : `, ${formatBytes(sizeBytes)}`}
          </Fact>
        )}
        {instanceId === null ? null : (
          <Fact name={t('gallery.facts.instance')}>
            <FilterLink onFilter={() => go({ instance: instanceId, item: undefined })}>
              <InstanceName instanceId={instanceId} />
            </FilterLink>
          </Fact>
        )}
        {jobId === null ? null : (
          <Fact name={t('gallery.facts.job')}>
            <Anchor renderRoot={(props) => <Link {...props} to="/jobs" search={{ job: jobId }} />}>
              {t('gallery.facts.openJob')}
            </Anchor>
          </Fact>
        )}
        {path === null ? null : (
          <Fact name={t('gallery.facts.path')}>
            <Copyable value={path} label={t('gallery.facts.copyPath')} mono>
              {path}
            </Copyable>
          </Fact>
        )}
      </dl>
      {storage === 'temp' ? <Text className={classes.note ?? ''}>{t('gallery.facts.temporary')}</Text> : null}
      {storage === 'job' ? <Text className={classes.note ?? ''}>{t('gallery.facts.notOnDisk')}</Text> : null}
    </Part>
  );
};

/** All that is known of a result: what was asked for, with what, and where it lies. */
export const DetailsPanel = ({ item }: { item: GalleryDetails }): ReactNode => {
  const { t } = useTranslation();
  const { go } = useGalleryNavigation();
  const { positive, negative, models, samplers, workflow, knownFrom } = item;
  return (
    <>
      {knownFrom === 'none' ? <Text className={classes.note ?? ''}>{t('gallery.facts.unknown')}</Text> : null}
      <Prompt title={t('gallery.facts.prompt')} text={positive} />
      <Prompt title={t('gallery.facts.negative')} text={negative} />
      {samplers.length === 0 ? null : (
        <Part title={t('gallery.facts.sampling')}>
          {samplers.map((sampler) => (
            <Sampling key={sampler.nodeId} sampler={sampler} />
          ))}
        </Part>
      )}
      {models.length === 0 ? null : (
        <Part title={t('gallery.facts.models')}>
          <ul className={classes.models}>
            {models.map((model) => (
              <li key={model}>
                <FilterLink onFilter={() => go({ model, item: undefined })}>{model}</FilterLink>
              </li>
            ))}
          </ul>
        </Part>
      )}
      {workflow === null ? null : (
        <Part title={t('gallery.facts.workflow')}>
          <FilterLink onFilter={() => go({ workflow: workflow.key, item: undefined })}>
            {workflowName(t, workflow)}
          </FilterLink>
        </Part>
      )}
      <FileFacts item={item} />
      {knownFrom === 'file' ? <Text className={classes.note ?? ''}>{t('gallery.facts.fromFile')}</Text> : null}
    </>
  );
};
