import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { formatCount } from '../format/numbers.ts';
import type { LeadWidgetFragment } from '../graphql/graphql.ts';
import { useLocale, useTranslation } from '../i18n/index.ts';
import '../leads/badges.css';

/** How the leads spread over their statuses; the bar is decoration, the numbers stand in the list. */
export function StatusBreakdown({
  stats,
}: {
  stats: LeadWidgetFragment['leadStats'];
}): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const shown = stats.byStatus.filter(({ count }) => count > 0);
  return (
    <section className="card statuses" aria-labelledby="by-status">
      <div className="card__head">
        <h2 id="by-status">{t('overview.byStatus')}</h2>
      </div>
      <div className="statuses__bar" aria-hidden="true">
        {shown.map(({ status, count }) => (
          <span key={status} data-status={status} style={{ flexGrow: count }} />
        ))}
      </div>
      <ul className="statuses__list">
        {stats.byStatus.map(({ status, count }) => (
          <li key={status}>
            <Link to="/leads" search={{ status }} className="statuses__link" data-status={status}>
              <span className="badge__dot" />
              {t(`status.${status}`)}
              <strong>{formatCount(count, locale)}</strong>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
