import { Input, SegmentedControl, Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Copyable } from '../components/copyable.tsx';
import { useInstances, useStudio } from '../studio-client/queries.ts';
import { corsOriginProblem, normalCorsOrigin } from './cors-origin.ts';
import { GatewayPort } from './gateway-port.tsx';
import { Place } from './place.tsx';
import { Group, ListSetting, NumberSetting, type SettingsPartProps, TextSetting } from './setting-fields.tsx';
import classes from './settings.module.css';

const megabyte = 1024 ** 2;
const comboRules = ['union', 'intersection'] as const;

const Address = (): ReactNode => {
  const { t } = useTranslation();
  const address = useStudio()?.addresses.gateway ?? null;
  return (
    <Input.Wrapper label={t('settings.gateway.address')} description={t('settings.gateway.addressMeans')}>
      <div className={classes.address}>
        {address === null ? (
          t('settings.about.off')
        ) : (
          <Copyable value={address} label={t('settings.gateway.copy')} mono>
            {address}
          </Copyable>
        )}
      </div>
    </Input.Wrapper>
  );
};

/** The instance that keeps what only one can; one that is gone stays visible, so that it can be changed. */
const HomeInstance = ({ settings, change }: SettingsPartProps): ReactNode => {
  const { t } = useTranslation();
  const instances = useInstances().data?.instances ?? [];
  const chosen = settings.gatewayHomeInstanceId;
  const names = instances.map(({ configuration: { id, name } }) => ({ value: id, label: name }));
  const isGone = chosen !== '' && instances.length > 0 && !names.some(({ value }) => value === chosen);
  return (
    <Select
      className={classes.number ?? ''}
      label={t('settings.gateway.home')}
      description={t('settings.gateway.homeMeans')}
      data={[
        { value: '', label: t('settings.gateway.homeFirst') },
        ...names,
        ...(isGone ? [{ value: chosen, label: chosen }] : []),
      ]}
      value={chosen}
      error={isGone ? t('settings.gateway.homeGone') : null}
      allowDeselect={false}
      onChange={(value) => change({ gatewayHomeInstanceId: value ?? '' })}
    />
  );
};

const ComboRule = ({ settings, change }: SettingsPartProps): ReactNode => {
  const { t } = useTranslation();
  return (
    <Input.Wrapper label={t('settings.gateway.combos')} description={t('settings.gateway.combosMeans')}>
      <div className={classes.control}>
        <SegmentedControl
          aria-label={t('settings.gateway.combos')}
          value={settings.gatewayComboRule}
          onChange={(value) => {
            const rule = comboRules.find((one) => one === value);
            if (rule !== undefined) change({ gatewayComboRule: rule });
          }}
          data={comboRules.map((value) => ({ value, label: t(`settings.gateway.${value}`) }))}
        />
      </div>
    </Input.Wrapper>
  );
};

const CorsOrigin = ({ settings, change }: SettingsPartProps): ReactNode => {
  const { t } = useTranslation();
  return (
    <TextSetting
      label={t('settings.gateway.cors')}
      means={t('settings.gateway.corsMeans')}
      value={settings.gatewayCorsOrigin}
      placeholder={t('settings.gateway.corsNone')}
      problemOf={(typed) => {
        const problem = corsOriginProblem(typed);
        return problem === null ? null : t(`settings.gateway.corsProblem.${problem}`);
      }}
      warning={settings.gatewayCorsOrigin === '*' ? t('settings.gateway.corsAll') : null}
      onChange={(typed) => change({ gatewayCorsOrigin: normalCorsOrigin(typed) })}
    />
  );
};

/** The address under which all instances are one ComfyUI: where it is, who may use it, and what it takes. */
export const GatewaySettings = ({ settings, change }: SettingsPartProps): ReactNode => {
  const { t } = useTranslation();
  return (
    <Group label={t('settings.gateway.title')}>
      <Place id="gateway-address">
        <Address />
      </Place>
      <Place id="gateway-port">
        <GatewayPort port={settings.gatewayPort} />
      </Place>
      <Place id="combos">
        <ComboRule settings={settings} change={change} />
      </Place>
      <Place id="home">
        <HomeInstance settings={settings} change={change} />
      </Place>
      <Place id="serial">
        <ListSetting
          label={t('settings.gateway.serial')}
          means={t('settings.gateway.serialMeans')}
          placeholder={t('settings.gateway.serialAdd')}
          values={settings.gatewaySerialClients}
          maxCount={100}
          onChange={(gatewaySerialClients) => change({ gatewaySerialClients })}
        />
      </Place>
      <Place id="unrepeatable">
        <ListSetting
          label={t('settings.gateway.unrepeatable')}
          means={t('settings.gateway.unrepeatableMeans')}
          placeholder={t('settings.gateway.unrepeatableAdd')}
          values={settings.gatewayUnrepeatableClasses}
          maxCount={1000}
          onChange={(gatewayUnrepeatableClasses) => change({ gatewayUnrepeatableClasses })}
        />
      </Place>
      <Place id="upload">
        <NumberSetting
          label={t('settings.gateway.upload')}
          means={t('settings.gateway.uploadMeans')}
          value={Math.round(settings.gatewayMaxUploadBytes / megabyte)}
          min={1}
          max={102_400}
          onChange={(count) => change({ gatewayMaxUploadBytes: Math.round(count * megabyte) })}
        />
      </Place>
      <Place id="per-client">
        <NumberSetting
          label={t('settings.gateway.perClient')}
          means={t('settings.gateway.perClientMeans')}
          value={settings.gatewayMaxJobsPerClient}
          min={1}
          max={100_000}
          onChange={(gatewayMaxJobsPerClient) => change({ gatewayMaxJobsPerClient })}
        />
      </Place>
      <Place id="cors">
        <CorsOrigin settings={settings} change={change} />
      </Place>
    </Group>
  );
};
