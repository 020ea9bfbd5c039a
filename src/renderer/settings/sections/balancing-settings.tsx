import { Badge, Radio, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { balancingStrategies, settingsSchema } from '#contract/models/settings.ts';
import { Place } from '../place.tsx';
import { Group, type SettingsPartProps } from '../setting-fields.tsx';
import classes from '../settings.module.css';

const usualStrategy = settingsSchema.parse({}).balancingStrategy;

/** Which instance gets the next job, each way with what it really does. */
export const BalancingSettings = ({ settings, change }: SettingsPartProps): ReactNode => {
  const { t } = useTranslation();
  return (
    <Group label={t('settings.balancing.title')}>
      <Place id="strategy">
        <Radio.Group
          label={t('settings.balancing.label')}
          value={settings.balancingStrategy}
          onChange={(value) => {
            const strategy = balancingStrategies.find((one) => one === value);
            if (strategy !== undefined) change({ balancingStrategy: strategy });
          }}
        >
          <Stack gap="xs" mt="xs">
            {balancingStrategies.map((strategy) => (
              <Radio.Card key={strategy} value={strategy} className={classes.choice ?? ''}>
                <Radio.Indicator />
                <span className={classes.choiceText}>
                  <span className={classes.choiceLabel}>
                    {t(`settings.balancing.${strategy}.label`)}
                    {strategy === usualStrategy ? <Badge ml="xs">{t('settings.balancing.recommended')}</Badge> : null}
                  </span>
                  <span className={classes.choiceMeans}>{t(`settings.balancing.${strategy}.means`)}</span>
                </span>
              </Radio.Card>
            ))}
          </Stack>
        </Radio.Group>
      </Place>
    </Group>
  );
};
