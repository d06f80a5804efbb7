import type { ReactElement } from 'react';
import { formatPoints, formatRate } from '../format/numbers.ts';
import type { LeadWidgetFragment } from '../graphql/graphql.ts';
import { useLocale, useTranslation } from '../i18n/index.ts';
import { Icon } from '../shell/icon.tsx';

/** What following up brings: rates of 30 days and how the last week compares. */
export function FollowUpSuccess({ widget }: { widget: LeadWidgetFragment }): ReactElement {
  const { t } = useTranslation();
  return (
    <section className="card success" aria-labelledby="success">
      <div className="card__head">
        <h2 id="success">{t('overview.success')}</h2>
      </div>
      <dl className="success__rates">
        <Rate label={t('overview.conversionT3')} rate={widget.t3ConversionRate} />
        <Rate label={t('overview.conversionT7')} rate={widget.t7ConversionRate} />
      </dl>
      <h3 className="success__title">{t('overview.trendHint')}</h3>
      <dl className="success__trends">
        <Trend label={t('overview.conversionTrend')} trend={widget.conversionTrend} />
        <Trend label={t('overview.responseTrend')} trend={widget.responseTrend} />
      </dl>
    </section>
  );
}

function Rate({ label, rate }: { label: string; rate: number | null }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <div className="rate">
      <dt>
        {label} <span className="muted small">{t('overview.last30')}</span>
      </dt>
      <dd>
        <span className="rate__value">{formatRate(rate, locale)}</span>
        <span className="rate__track" aria-hidden="true">
          <span style={{ width: `${(rate ?? 0) * 100}%` }} />
        </span>
      </dd>
    </div>
  );
}

interface TrendProps {
  label: string;
  trend: LeadWidgetFragment['conversionTrend'];
}

const arrows = { UP: 'arrowUp', DOWN: 'arrowDown', FLAT: 'minus' } as const;
const words = { UP: 'trendUp', DOWN: 'trendDown', FLAT: 'trendFlat' } as const;

function Trend({ label, trend }: TrendProps): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <div className="trend" data-direction={trend.delta === null ? 'NONE' : trend.direction}>
      <dt>{label}</dt>
      <dd>
        <strong>{formatRate(trend.current, locale)}</strong>
        {trend.delta === null ? (
          <span className="trend__delta muted">{formatPoints(null, locale)}</span>
        ) : (
          <span className="trend__delta">
            <Icon name={arrows[trend.direction]} />
            {formatPoints(trend.delta, locale)}
            <span className="muted">{t(`overview.${words[trend.direction]}`)}</span>
          </span>
        )}
      </dd>
    </div>
  );
}
