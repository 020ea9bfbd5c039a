import { Button, Input, Skeleton } from '@mantine/core';
import { IconQrcode } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallOutput } from '#contract/calls/index.ts';
import { Copyable } from '../../components/copyable.tsx';
import { useSend } from '../../instances/use-instance-actions.tsx';
import { useStudio } from '../../studio-client/queries.ts';
import { useAnswer } from '../../studio-client/use-call.ts';
import { frame } from '../../theme/tokens.ts';
import { Place } from '../place.tsx';
import { Group } from '../setting-fields.tsx';
import classes from './address.module.css';

const QrCode = lazy(async () => ({ default: (await import('./qr-code.tsx')).QrCode }));

/** An address to copy, and as a code for a phone. */
const AddressLine = ({ address }: { readonly address: string }): ReactNode => {
  const { t } = useTranslation();
  const [isCodeShown, showCode] = useState(false);
  return (
    <>
      <div className={classes.line}>
        <Copyable value={address} label={t('settings.addresses.copy', { address })} mono>
          {address}
        </Copyable>
        <Button
          variant="default"
          size="xs"
          aria-expanded={isCodeShown}
          leftSection={<IconQrcode size={frame.iconSmall} aria-hidden />}
          onClick={() => showCode((shown) => !shown)}
        >
          {isCodeShown ? t('settings.addresses.hideCode') : t('settings.addresses.showCode')}
        </Button>
      </div>
      {isCodeShown ? (
        <Suspense fallback={<Skeleton className={classes.code ?? ''} />}>
          <QrCode text={address} label={t('settings.addresses.codeLabel', { address })} />
        </Suspense>
      ) : null}
    </>
  );
};

type Reach = CallOutput<'access.reveal'>['studio'];

const mask = '••••••••••••••••';

/** A token that stays covered until somebody wants to see it; copying does not uncover it. */
const Token = ({ token }: { readonly token: string | null }): ReactNode => {
  const { t } = useTranslation();
  const [isShown, show] = useState(false);
  if (token === null) return <p className={classes.reach}>{t('settings.addresses.noToken')}</p>;
  return (
    <>
      <div className={classes.line}>
        <Copyable value={token} label={t('settings.addresses.copyToken')} mono>
          <span className={classes.token}>{isShown ? token : mask}</span>
        </Copyable>
        <Button variant="default" size="xs" aria-pressed={isShown} onClick={() => show((shown) => !shown)}>
          {isShown ? t('settings.addresses.hide') : t('settings.addresses.show')}
        </Button>
      </div>
      <p className={classes.reach}>{t('settings.addresses.renew')}</p>
    </>
  );
};

const Address = ({ kind, reach }: { readonly kind: 'gateway' | 'studio'; readonly reach: Reach | null }): ReactNode => {
  const { t } = useTranslation();
  const address = useStudio()?.addresses[kind] ?? null;
  return (
    <Group title={t(`settings.addresses.${kind}`)}>
      <Place id={kind === 'gateway' ? 'address-gateway' : 'address-studio'}>
        <div className={classes.address}>
          <p className={classes.reach}>{t(`settings.addresses.${kind}Means`)}</p>
          {address === null ? t('settings.addresses.off') : <AddressLine address={address} />}
          {reach === null ? null : (
            <p className={classes.reach}>
              {reach.byNetwork ? t('settings.addresses.byNetwork') : t('settings.addresses.onlyHere')}
            </p>
          )}
        </div>
      </Place>
      {reach === null ? null : (
        <Input.Wrapper
          label={t('settings.addresses.token')}
          description={t('settings.addresses.tokenMeans')}
          labelElement="div"
        >
          {kind === 'studio' ? (
            <Place id="token">
              <Token token={reach.token} />
            </Place>
          ) : (
            <Token token={reach.token} />
          )}
        </Input.Wrapper>
      )}
    </Group>
  );
};

const LoginLink = (): ReactNode => {
  const { t } = useTranslation();
  const send = useSend();
  const [link, setLink] = useState<string | null>(null);
  const make = async (): Promise<void> => {
    const answer = await send('access.reveal', { withLoginLink: true });
    if (answer !== undefined) setLink(answer.loginLink);
  };
  return (
    <Group title={t('settings.addresses.loginLink')}>
      <Place id="login-link">
        <div className={classes.address}>
          <p className={classes.reach}>{t('settings.addresses.loginLinkMeans')}</p>
          {link === null ? null : <AddressLine address={link} />}
          <div className={classes.line}>
            <Button variant="default" onClick={() => void make()}>
              {t('settings.addresses.makeLink')}
            </Button>
          </div>
        </div>
      </Place>
    </Group>
  );
};

/** Where Atelier is reached, by whom, and with which key. */
export const AddressSettings = (): ReactNode => {
  // A client without the rights of the owner gets no answer, and sees the addresses alone.
  const reach = useAnswer('access.reveal', {}).data ?? null;
  return (
    <>
      <Address kind="gateway" reach={reach?.gateway ?? null} />
      <Address kind="studio" reach={reach?.studio ?? null} />
      {(reach?.studio.token ?? null) === null ? null : <LoginLink />}
    </>
  );
};
