import type { ReactElement } from 'react';
import { formatCount, formatMoney, unknownValue } from '../format/numbers.ts';
import { formatDate } from '../format/time.ts';
import type { LeadDetailFragment } from '../graphql/graphql.ts';
import { useLocale, useTranslation } from '../i18n/index.ts';
import { LeadActionButton } from './lead-action.tsx';
import { webAddress } from './web-address.ts';

interface LeadFactsProps {
  lead: LeadDetailFragment;
  onReload: () => void;
}

/** Master data; what is unknown says so instead of vanishing. */
export function LeadFacts({ lead, onReload }: LeadFactsProps): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const facts: [string, string | ReactElement | null][] = [
    [t('form.source'), t(`source.${lead.source}`)],
    [t('list.registered'), formatDate(lead.registeredAt, locale)],
    [t('lead.address'), address(lead)],
    [t('form.phone'), lead.phone && <a href={`tel:${lead.phone}`}>{lead.phone}</a>],
    [t('form.email'), lead.email && <a href={`mailto:${lead.email}`}>{lead.email}</a>],
    [t('form.website'), website(lead.website)],
    [t('form.businessType'), lead.businessType && t(`businessType.${lead.businessType}`)],
    [t('form.kitchenSize'), lead.kitchenSize && t(`kitchenSize.${lead.kitchenSize}`)],
    [t('form.employeeCount'), formatCount(lead.employeeCount, locale)],
    [
      t('form.volume'),
      lead.estimatedVolume &&
        t('lead.perYear', { amount: formatMoney(lead.estimatedVolume, locale) }),
    ],
    [t('form.budget'), t(`budget.${lead.budget}`)],
    [t('form.urgency'), t(`urgency.${lead.urgency}`)],
    [t('form.relationship'), t(`relationship.${lead.relationshipStatus}`)],
    [t('form.decisionAccess'), t(`decisionAccess.${lead.decisionMakerAccess}`)],
    [t('form.pains'), lead.pains.map((pain) => t(`pain.${pain}`)).join(', ')],
  ];
  return (
    <section className="card" aria-labelledby="facts">
      <div className="card__head">
        <h2 id="facts">{t('lead.details')}</h2>
        <LeadActionButton action="UPDATE" lead={lead} onReload={onReload} />
      </div>
      <dl className="facts facts--wide">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value === null || value === '' ? unknownValue : value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Who holds the lead and who helps. */
export function PeopleCard({ lead, onReload }: LeadFactsProps): ReactElement {
  const { t } = useTranslation();
  return (
    <section className="card" aria-labelledby="people">
      <div className="card__head">
        <h2 id="people">{t('list.owner')}</h2>
        <LeadActionButton action="REASSIGN" lead={lead} onReload={onReload} />
      </div>
      <p>{lead.owner === null ? t('list.noOwner') : (lead.owner.name ?? t('lead.erased'))}</p>
      <div className="card__head people__more">
        <h3>{t('lead.collaborators')}</h3>
        <LeadActionButton action="COLLABORATOR_SET" lead={lead} onReload={onReload} />
      </div>
      {lead.collaborators.length === 0 && <p className="muted">{unknownValue}</p>}
      <ul>
        {lead.collaborators.map(({ user, role, level }) => (
          <li key={user.id}>
            {user.name ?? t('lead.erased')}{' '}
            <span className="muted small">
              {level === null ? t(`assignment.${role}`) : t(`level.${level}`)}
            </span>
          </li>
        ))}
      </ul>
      <h3 className="people__tracks">{t('lead.tracks')}</h3>
      <dl className="facts">
        <div>
          <dt>{t('lead.trackChef')}</dt>
          <dd>{t(`track.${lead.tracks.chef}`)}</dd>
        </div>
        <div>
          <dt>{t('lead.trackBuyer')}</dt>
          <dd>{t(`track.${lead.tracks.buyer}`)}</dd>
        </div>
        <div>
          <dt>{t('lead.trackDecision')}</dt>
          <dd>{t(`track.${lead.tracks.decision}`)}</dd>
        </div>
      </dl>
    </section>
  );
}

const address = ({ street, postalCode, city, territory }: LeadDetailFragment): string =>
  [street, [postalCode, city].filter(Boolean).join(' '), territory].filter(Boolean).join(', ');

function website(text: string | null): string | ReactElement | null {
  const href = webAddress(text);
  if (href === undefined) return text;
  return (
    <a href={href} target="_blank" rel="noreferrer">
      {text}
    </a>
  );
}
