import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { useLiveEvents, useLiveQuery } from '../graph/use-live-query.ts';
import type { LeadDetailFragment } from '../graphql/graphql.ts';
import { useTranslation } from '../i18n/index.ts';
import { usePerson } from '../session/session-provider.tsx';
import { Icon } from '../shell/icon.tsx';
import { Empty, Failure, Loading, useTitle } from '../shell/states.tsx';
import { Timeline } from '../timeline/timeline.tsx';
import { ActivityForm, type PendingActivity } from './activity-form.tsx';
import { PreClaimBadge, StatusBadge } from './badges.tsx';
import { ContactsCard } from './contacts-card.tsx';
import { FollowUpTasks } from './follow-up-tasks.tsx';
import { LeadActionButton } from './lead-action.tsx';
import { LeadChanged, LeadQuery } from './lead-detail.ts';
import { LeadFacts, PeopleCard } from './lead-facts.tsx';
import './lead-page.css';
import { MessagesCard } from './messages-card.tsx';
import { ProtectionCard } from './protection-card.tsx';
import { QualifyButton } from './qualify-button.tsx';
import { ScoreCard } from './score-card.tsx';
import { StageSteps } from './stage-steps.tsx';

export function LeadPage(): ReactElement {
  const { leadId } = useParams({ from: '/leads/$leadId' });
  // A fresh page per lead: nothing typed or pending moves on to the next one.
  return <LeadOf key={leadId} leadId={leadId} />;
}

function LeadOf({ leadId }: { leadId: string }): ReactElement {
  const { t } = useTranslation();
  const [{ data, error }, refetch] = useLiveQuery({
    query: LeadQuery,
    variables: { id: leadId },
  });
  useLiveEvents({ query: LeadChanged, variables: { id: leadId } });
  const reload = (): void => refetch({ requestPolicy: 'network-only' });
  const lead = data?.lead;
  useTitle(lead?.companyName === '' ? t('lead.erased') : lead?.companyName);
  return (
    <>
      <Link to="/leads" className="back">
        <Icon name="arrowLeft" />
        {t('lead.back')}
      </Link>
      {lead != null && <LeadView lead={lead} onReload={reload} />}
      {lead === null && <Empty icon="search" title={t('lead.missing')} />}
      {lead === undefined && error === undefined && <Loading heights={[72, 240, 320]} />}
      {lead === undefined && error !== undefined && (
        <Failure title={t('lead.error')} error={error} onRetry={reload} />
      )}
    </>
  );
}

interface LeadViewProps {
  lead: LeadDetailFragment;
  onReload: () => void;
}

function LeadView({ lead, onReload }: LeadViewProps): ReactElement {
  const { scopes } = usePerson();
  const hasTimeline = scopes.has('timeline:read');
  const facts = <LeadFacts lead={lead} onReload={onReload} />;
  const [pending, setPending] = useState<PendingActivity | undefined>();
  return (
    <>
      <LeadHead lead={lead} onReload={onReload} />
      <div className="lead">
        <div className="stack">
          <FollowUpTasks lead={lead} onReload={onReload} />
          {scopes.has('activities:write') && (
            <ActivityForm leadId={lead.id} onPending={setPending} />
          )}
          {hasTimeline ? <Timeline leadId={lead.id} pending={pending} /> : facts}
        </div>
        <div className="stack">
          <ProtectionCard lead={lead} onReload={onReload} />
          <ContactsCard lead={lead} onReload={onReload} />
          <PeopleCard lead={lead} onReload={onReload} />
          <ScoreCard score={lead.score} />
          {scopes.has('messages:read') && <MessagesCard leadId={lead.id} />}
          {hasTimeline && facts}
        </div>
      </div>
    </>
  );
}

const moves = ['FIRST_CONTACT_DOCUMENT', 'STAGE_ADVANCE', 'CONVERT', 'LOSE', 'DELETE'] as const;

function LeadHead({ lead, onReload }: LeadViewProps): ReactElement {
  const { t } = useTranslation();
  return (
    <div className="lead-head">
      <div className="lead-head__name">
        <h1>{lead.companyName || t('lead.erased')}</h1>
        <p className="row">
          <StatusBadge status={lead.status} />
          <PreClaimBadge preClaim={lead.preClaim} />
          <span className="muted">
            {lead.city}, {t(`territory.${lead.territory}`)}
          </span>
        </p>
        <StageSteps stage={lead.stage} />
      </div>
      <div className="row lead-head__moves" role="group" aria-label={t('lead.actions')}>
        <QualifyButton lead={lead} onReload={onReload} />
        {moves.map((action) => (
          <LeadActionButton key={action} action={action} lead={lead} onReload={onReload} />
        ))}
      </div>
    </div>
  );
}
