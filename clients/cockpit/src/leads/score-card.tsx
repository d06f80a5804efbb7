import type { ReactElement } from 'react';
import type { LeadDetailFragment } from '../graphql/graphql.ts';
import { useTranslation } from '../i18n/index.ts';

const parts = ['pain', 'revenue', 'fit', 'engagement'] as const;
const labels = {
  pain: 'lead.scorePain',
  revenue: 'lead.scoreRevenue',
  fit: 'lead.scoreFit',
  engagement: 'lead.scoreEngagement',
} as const;

/** The score and the four parts it is the mean of. */
export function ScoreCard({ score }: { score: LeadDetailFragment['score'] }): ReactElement {
  const { t } = useTranslation();
  return (
    <section className="card" aria-labelledby="score">
      <div className="card__head">
        <h2 id="score">{t('lead.score')}</h2>
        <p className="score__total">
          {score.total}
          <span className="muted small"> / 100</span>
        </p>
      </div>
      <dl className="score">
        {parts.map((part) => (
          <div key={part}>
            <dt>{t(labels[part])}</dt>
            <dd>
              <span className="score__track" aria-hidden="true">
                <span data-band={band(score[part])} style={{ width: `${score[part]}%` }} />
              </span>
              {score[part]}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** 0–39 red, 40–69 orange, 70–100 green. */
const band = (value: number): string => (value < 40 ? 'low' : value < 70 ? 'middle' : 'high');
