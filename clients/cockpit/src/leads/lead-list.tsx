import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { formatCount } from '../format/numbers.ts';
import { formatDate } from '../format/time.ts';
import { useLiveQuery } from '../graph/use-live-query.ts';
import { graphql } from '../graphql/index.ts';
import type { LeadRowFragment } from '../graphql/graphql.ts';
import { useLocale, useTranslation } from '../i18n/index.ts';
import { Icon } from '../shell/icon.tsx';
import { Empty, Failure, Loading } from '../shell/states.tsx';
import { PreClaimBadge, ProtectionCountdown, StatusBadge } from './badges.tsx';
import { isFiltered, toLeadFilter, type LeadSearch } from './lead-search.ts';

graphql(`
  fragment LeadRow on Lead {
    id
    companyName
    city
    territory
    status
    stage
    registeredAt
    owner {
      id
      name
    }
    protection {
      state
      remainingDays
    }
    preClaim {
      daysLeft
      isOverdue
    }
    score {
      total
    }
    followUps {
      id
      type
      status
      isOverdue
    }
  }
`);

const LeadListQuery = graphql(`
  query LeadList($first: Int!, $after: String, $filter: LeadFilter) {
    leads(first: $first, after: $after, filter: $filter) {
      edges {
        cursor
        node {
          ...LeadRow
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      totalCount
    }
  }
`);

interface LeadListProps {
  search: LeadSearch;
  onReset: () => void;
}

const pageSize = 25;

/** Pages follow each other by cursor; each asks for itself, so a change reloads only its own. */
export function LeadList({ search, onReset }: LeadListProps): ReactElement {
  const { t } = useTranslation();
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  return (
    <section className="card leads" aria-label={t('list.table')}>
      {cursors.map((after, index) => (
        <LeadListPart
          key={after ?? 'first'}
          after={after}
          search={search}
          isLast={index === cursors.length - 1}
          onMore={(cursor) => setCursors([...cursors, cursor])}
          onReset={onReset}
        />
      ))}
    </section>
  );
}

interface LeadListPartProps extends LeadListProps {
  after: string | null;
  isLast: boolean;
  onMore: (cursor: string) => void;
}

function LeadListPart(props: LeadListPartProps): ReactElement {
  const { after, search, isLast, onMore, onReset } = props;
  const { t } = useTranslation();
  const [{ data, error }, refetch] = useLiveQuery({
    query: LeadListQuery,
    variables: { first: pageSize, after, filter: toLeadFilter(search) },
  });
  const retry = (): void => refetch({ requestPolicy: 'network-only' });
  if (data === undefined) {
    if (error === undefined) return <Loading heights={[44, 44, 44, 44, 44, 44]} />;
    return <Failure title={t('list.error')} error={error} onRetry={retry} />;
  }
  const { edges, pageInfo, totalCount } = data.leads;
  if (after === null && edges.length === 0) {
    return <NoLeads isFiltered={isFiltered(search)} onReset={onReset} />;
  }
  const { endCursor } = pageInfo;
  return (
    <>
      {after === null && (
        <p className="leads__count muted" role="status">
          {t('list.found', { count: totalCount })}
        </p>
      )}
      <LeadTable
        leads={edges.flatMap(({ node }) => (node === null ? [] : [node]))}
        isFirst={after === null}
      />
      {isLast && pageInfo.hasNextPage && endCursor !== null && (
        <p className="leads__more">
          <Button onClick={() => onMore(endCursor)}>{t('common.more')}</Button>
        </p>
      )}
    </>
  );
}

interface LeadTableProps {
  leads: LeadRowFragment[];
  isFirst: boolean;
}

function LeadTable({ leads, isFirst }: LeadTableProps): ReactElement {
  const { t } = useTranslation();
  return (
    <table className="leads__table">
      <caption className="hidden-visually">{t('list.table')}</caption>
      <thead className={isFirst ? undefined : 'hidden-visually'}>
        <tr>
          <th scope="col">{t('list.company')}</th>
          <th scope="col">{t('list.status')}</th>
          <th scope="col">{t('list.protection')}</th>
          <th scope="col">{t('lead.followUps')}</th>
          <th scope="col">{t('list.owner')}</th>
          <th scope="col">{t('list.registered')}</th>
          <th scope="col" className="leads__number">
            {t('list.score')}
          </th>
        </tr>
      </thead>
      <tbody>
        {leads.map((lead) => (
          <LeadRow key={lead.id} lead={lead} />
        ))}
      </tbody>
    </table>
  );
}

function LeadRow({ lead }: { lead: LeadRowFragment }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const open = lead.followUps.filter(({ status }) => status === 'PENDING');
  return (
    <tr>
      <th scope="row">
        <Link to="/leads/$leadId" params={{ leadId: lead.id }} className="leads__link">
          {lead.companyName || t('lead.erased')}
        </Link>
        <span className="muted small">
          {lead.city} · {lead.territory}
        </span>
      </th>
      <td>
        <span className="row">
          <StatusBadge status={lead.status} />
          <PreClaimBadge preClaim={lead.preClaim} />
        </span>
        <span className="muted small leads__stage">{t(`stage.${lead.stage}`)}</span>
      </td>
      <td>
        <ProtectionCountdown protection={lead.protection} />
      </td>
      <td>
        <span className="row">
          {open.map(({ id, type, isOverdue }) => (
            <span key={id} className={isOverdue ? 'badge badge--danger' : 'badge'}>
              {isOverdue && <Icon name="alert" />}
              {t(`followUp.${type}`)} {isOverdue ? t('lead.overdue') : t('followUpStatus.PENDING')}
            </span>
          ))}
        </span>
      </td>
      <td>{lead.owner === null ? t('list.noOwner') : (lead.owner.name ?? t('lead.erased'))}</td>
      <td className="leads__date">{formatDate(lead.registeredAt, locale)}</td>
      <td className="leads__number">{formatCount(lead.score.total, locale)}</td>
    </tr>
  );
}

function NoLeads({ isFiltered: filtered, onReset }: { isFiltered: boolean; onReset: () => void }) {
  const { t } = useTranslation();
  if (!filtered) return <Empty icon="leaf" title={t('list.empty')} hint={t('list.emptyHint')} />;
  return (
    <Empty icon="search" title={t('list.emptyFiltered')} hint={t('list.emptyFilteredHint')}>
      <Button onClick={onReset}>{t('list.reset')}</Button>
    </Empty>
  );
}
