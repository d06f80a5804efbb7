import type { ReactElement } from 'react';
import { formatTime } from '../format/time.ts';
import { useLiveSnapshot } from '../graph/graph-provider.tsx';
import { useLocale, useTranslation } from '../i18n/index.ts';
import { Icon, type IconName } from './icon.tsx';

const icons = {
  connected: 'check',
  reconnecting: 'refresh',
  delayed: 'clock',
  offline: 'alert',
} as const satisfies Record<string, IconName>;

/** Says in words and by shape whether what is on the screen is current. */
export function LiveIndicator(): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const { state, dataAt } = useLiveSnapshot();
  const isLate = state === 'delayed' || state === 'offline';
  return (
    <p className="live" data-state={state} role="status" aria-label={t('live.label')}>
      <Icon name={icons[state]} />
      <span>
        {t(`live.${state}`)}
        {isLate && dataAt !== null && (
          <span className="live__time">
            {' · '}
            {t('common.asOf', { time: formatTime(dataAt, locale) })}
          </span>
        )}
      </span>
    </p>
  );
}
