import { Button, Group, Loader, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Preflight, PreflightInstance } from '#contract/models/library.ts';
import { StateGlyph } from '../../components/state-glyph.tsx';
import { useNow } from '../../state/app-context.tsx';
import { useInstances } from '../../studio-client/queries.ts';
import { formatList, formatRoughly } from '../../text/format.ts';
import type { StateColour } from '../../theme/tokens.ts';
import classes from './preflight.module.css';

const mostNamed = 3;

const useNames = () => {
  const { t } = useTranslation();
  return (names: readonly string[]): string => {
    const shown = formatList(names.slice(0, mostNamed));
    const more = names.length - mostNamed;
    return more > 0 ? t('runForm.preflight.more', { names: shown, count: more }) : shown;
  };
};

/** What one instance would do, in a few words; what it lacks comes first. */
const useInstanceWords = () => {
  const { t } = useTranslation();
  const names = useNames();
  return ({ isKnown, missingClasses, missingValues, unlistedValues, rejection, score }: PreflightInstance): string => {
    if (!isKnown) return t('runForm.preflight.unknown');
    const lacks = [
      missingClasses.length === 0
        ? ''
        : t('runForm.preflight.missingClasses', { count: missingClasses.length, names: names(missingClasses) }),
      missingValues.length === 0
        ? ''
        : t('runForm.preflight.missingValues', {
            count: missingValues.length,
            names: names(missingValues.map(({ value }) => value)),
          }),
    ].filter((part) => part !== '');
    if (lacks.length > 0) return lacks.join('; ');
    if (rejection !== null) return t(`placement.rejected.${rejection}.plain`);
    const unlisted =
      unlistedValues.length === 0
        ? []
        : [t('runForm.preflight.unlisted', { names: names(unlistedValues.map(({ value }) => value)) })];
    if (score === null) return [t('runForm.preflight.ready'), ...unlisted].join(' · ');
    const { waitMs, loadMs, finishMs } = score;
    return [
      waitMs < 1000 ? t('runForm.preflight.ready') : t('runForm.preflight.waits', { time: formatRoughly(waitMs) }),
      ...(loadMs < 1000 ? [] : [t('runForm.preflight.loads', { time: formatRoughly(loadMs) })]),
      t('runForm.preflight.done', { time: formatRoughly(finishMs) }),
      ...unlisted,
    ].join(' · ');
  };
};

const glyphOf = ({ canRun, isKnown, rejection }: PreflightInstance) => {
  if (!isKnown) return { shape: 'hollow', colour: 'stopped' } as const;
  if (!canRun) return { shape: 'triangle', colour: 'error' } as const;
  return rejection === null
    ? ({ shape: 'disc', colour: 'running' } as const)
    : ({ shape: 'hollow', colour: 'stopped' } as const);
};

/** When it would begin, in one sentence; '' where nobody can say. */
const useStartWords = () => {
  const { t } = useTranslation();
  const now = useNow();
  return ({ estimate, queuedBefore }: Preflight): string => {
    const behind = queuedBefore === 0 ? '' : t('runForm.preflight.behind', { count: queuedBefore });
    if (estimate === null) return behind;
    const startsIn = estimate.startAt - now;
    const start =
      startsIn < 3000
        ? t('runForm.preflight.startsNow', { time: formatRoughly(Math.max(0, estimate.finishAt - now)) })
        : t('runForm.preflight.startsIn', { time: formatRoughly(startsIn) });
    return behind === '' || startsIn < 3000 ? start : `${start}, ${behind}`;
  };
};

const colourOf = (can: number, total: number): StateColour => {
  if (can === 0) return total === 0 ? 'stopped' : 'error';
  return can === total ? 'running' : 'changing';
};

interface PreflightCardProps {
  readonly preflight: Preflight | undefined;
  readonly isChecking: boolean;
  readonly isFailed: boolean;
}

/** Which instances can run the workflow as it is, what the others lack, and when it would begin. */
export const PreflightCard = ({ preflight, isChecking, isFailed }: PreflightCardProps): ReactNode => {
  const { t } = useTranslation();
  const [open, { toggle }] = useDisclosure(false);
  const fleet = useInstances().data?.instances ?? [];
  const words = useInstanceWords();
  const start = useStartWords();
  if (preflight === undefined) {
    return (
      <Group gap="xs" className={classes.line ?? ''} role="status">
        {isFailed ? null : <Loader size="xs" />}
        <Text c="dimmed" size="sm">
          {isFailed ? t('runForm.preflight.failed') : t('runForm.preflight.checking')}
        </Text>
      </Group>
    );
  }
  const { instances } = preflight;
  const can = instances.filter(({ canRun }) => canRun).length;
  const total = instances.length;
  const nameOf = (instanceId: string): string =>
    fleet.find(({ configuration }) => configuration.id === instanceId)?.configuration.name ?? instanceId;
  const unfolded = open || (can === 0 && total > 0);
  return (
    <section className={classes.card} aria-label={t('runForm.preflight.title')} aria-busy={isChecking}>
      <Group gap="sm" wrap="nowrap" justify="space-between">
        <Group gap="xs" wrap="nowrap" className={classes.summary ?? ''} role="status">
          <StateGlyph
            shape={can === 0 ? (total === 0 ? 'hollow' : 'triangle') : 'disc'}
            colour={colourOf(can, total)}
          />
          <Text size="sm" className={classes.summary ?? ''}>
            {total === 0 ? t('runForm.preflight.none') : t('runForm.preflight.can', { count: can, total })}
            {can === 0 || start(preflight) === '' ? '' : ` · ${start(preflight)}`}
          </Text>
        </Group>
        {total === 0 || (can === 0 && total > 0) ? null : (
          <Button
            flex="none"
            className={classes.toggle ?? ''}
            size="compact-xs"
            variant="subtle"
            color="gray"
            aria-expanded={open}
            onClick={toggle}
          >
            {open ? t('runForm.preflight.hide') : t('runForm.preflight.show')}
          </Button>
        )}
      </Group>
      {unfolded ? (
        <ul
          className={classes.instances}
          aria-label={t('runForm.preflight.show')}
          // What scrolls within itself must be reachable by keyboard.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
        >
          {instances.map((instance) => (
            <li key={instance.instanceId} className={classes.instance}>
              <StateGlyph {...glyphOf(instance)} />
              <span className={classes.name} title={nameOf(instance.instanceId)}>
                <bdi>{nameOf(instance.instanceId)}</bdi>
              </span>
              <span className={classes.words} title={words(instance)}>
                {words(instance)}
              </span>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
};
