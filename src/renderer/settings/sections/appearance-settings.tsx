import { Input, SegmentedControl, useMantineColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useViewState } from '../../state/app-context.tsx';
import { languageChoices } from '../../text/language.ts';
import { Place } from '../place.tsx';
import { Group } from '../setting-fields.tsx';
import classes from '../settings.module.css';

const schemes = ['auto', 'dark', 'light'] as const;

const Language = (): ReactNode => {
  const { t } = useTranslation();
  const language = useViewState((state) => state.language);
  const choose = useViewState((state) => state.chooseLanguage);
  return (
    <Input.Wrapper
      label={t('settings.appearance.language')}
      description={t('settings.appearance.languageMeans')}
      labelElement="div"
    >
      <div className={classes.control}>
        <SegmentedControl
          aria-label={t('settings.appearance.language')}
          value={language}
          onChange={(value) => {
            const choice = languageChoices.find((one) => one === value);
            if (choice !== undefined) choose(choice);
          }}
          data={languageChoices.map((value) => ({ value, label: t(`settings.appearance.languages.${value}`) }))}
        />
      </div>
    </Input.Wrapper>
  );
};

/** Colours and language of this window. */
export const AppearanceSettings = (): ReactNode => {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Group label={t('settings.appearance.title')}>
      <Place id="scheme">
        <Input.Wrapper
          label={t('settings.appearance.scheme')}
          description={t('settings.appearance.schemeMeans')}
          labelElement="div"
        >
          <div className={classes.control}>
            <SegmentedControl
              aria-label={t('settings.appearance.scheme')}
              value={colorScheme}
              onChange={(value) => {
                const scheme = schemes.find((one) => one === value);
                if (scheme !== undefined) setColorScheme(scheme);
              }}
              data={schemes.map((value) => ({ value, label: t(`settings.appearance.${value}`) }))}
            />
          </div>
        </Input.Wrapper>
      </Place>
      <Place id="language">
        <Language />
      </Place>
    </Group>
  );
};
