import { Link } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import { formatCount } from '../format/numbers.ts';
import type { LeadWidgetFragment } from '../graphql/graphql.ts';
import { useLocale, useTranslation } from '../i18n/index.ts';
import { Icon, type IconName } from '../shell/icon.tsx';

/** The numbers one looks at first; each leads to the leads behind it where a filter can. */
export function Figures({ widget }: { widget: LeadWidgetFragment }): ReactElement {
  const { t } = useTranslation();
  const { leadStats: stats, pendingT3Count, pendingT7Count } = widget;
  const isEnding = stats.protectionEndingIn7Days > 0;
  return (
    <section aria-label={t('overview.figures')} className="figures">
      <Figure icon="building" label={t('overview.total')} value={stats.total}>
        <Link to="/leads">{t('lead.back')}</Link>
      </Figure>
      <Figure icon="plus" label={t('overview.created')} value={stats.createdLast7Days} />
      <Figure
        icon={isEnding ? 'alert' : 'shield'}
        label={t('overview.ending')}
        value={stats.protectionEndingIn7Days}
        isUrgent={isEnding}
      >
        {isEnding ? t('overview.endingHint') : t('overview.endingNone')}
      </Figure>
      <Figure icon="calendar" label={t('overview.pendingT3')} value={pendingT3Count}>
        <Link to="/leads" search={{ followUp: true }}>
          {t('overview.pendingHint')}
        </Link>
      </Figure>
      <Figure icon="calendar" label={t('overview.pendingT7')} value={pendingT7Count}>
        <Link to="/leads" search={{ followUp: true }}>
          {t('overview.pendingHint')}
        </Link>
      </Figure>
    </section>
  );
}

interface FigureProps {
  icon: IconName;
  label: string;
  value: number;
  isUrgent?: boolean;
  children?: ReactNode;
}

function Figure({ icon, label, value, isUrgent = false, children }: FigureProps): ReactElement {
  const locale = useLocale();
  return (
    <div className="card figure" data-urgent={isUrgent}>
      <p className="figure__label">
        <Icon name={icon} />
        {label}
      </p>
      <p className="figure__value">{formatCount(value, locale)}</p>
      <p className="figure__hint small muted">{children}</p>
    </div>
  );
}
