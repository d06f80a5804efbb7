import type { ReactElement } from 'react';
import { formatDateTime } from '../format/time.ts';
import { useLiveEvents, useLiveQuery } from '../graph/use-live-query.ts';
import { graphql } from '../graphql/index.ts';
import type { LeadMessageFragment } from '../graphql/graphql.ts';
import { useLocale, useTranslation } from '../i18n/index.ts';
import { Icon } from '../shell/icon.tsx';
import { Failure, Loading } from '../shell/states.tsx';
import './messages-card.css';

graphql(`
  fragment LeadMessage on Message {
    id
    leadId
    purpose
    status
    to
    subject
    text
    queuedAt
    sentAt
  }
`);

const LeadMessages = graphql(`
  query LeadMessages($leadId: ID!) {
    mailbox(first: 25, leadId: $leadId) {
      edges {
        cursor
        node {
          ...LeadMessage
        }
      }
    }
  }
`);

const MessageChanged = graphql(`
  subscription MessageChanged {
    messageChanged {
      ...LeadMessage
    }
  }
`);

/** What went out about this lead, newest first; each message opens to its text. */
export function MessagesCard({ leadId }: { leadId: string }): ReactElement {
  const { t } = useTranslation();
  const [{ data, error }, refetch] = useLiveQuery({ query: LeadMessages, variables: { leadId } });
  const reload = (): void => refetch({ requestPolicy: 'network-only' });
  useLiveEvents({ query: MessageChanged, variables: {} }, ({ messageChanged }) => {
    if (messageChanged.leadId === leadId) reload();
  });
  const messages = data?.mailbox.edges.flatMap(({ node }) => (node === null ? [] : [node]));
  return (
    <section className="card" aria-labelledby="messages">
      <div className="card__head">
        <h2 id="messages">{t('messages.title')}</h2>
      </div>
      {messages === undefined && error !== undefined && (
        <Failure title={t('messages.error')} error={error} onRetry={reload} />
      )}
      {messages === undefined && error === undefined && <Loading heights={[40, 40]} />}
      {messages?.length === 0 && <p className="muted">{t('messages.empty')}</p>}
      {(messages ?? []).map((message) => (
        <Message key={message.id} message={message} />
      ))}
    </section>
  );
}

function Message({ message }: { message: LeadMessageFragment }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <details className="message">
      <summary>
        <Icon name="mail" />
        <span className="message__head">
          <span className="message__subject">{message.subject ?? t('messages.erased')}</span>
          <span className="small muted">
            {t(`messagePurpose.${message.purpose}`)} · {t(`messageStatus.${message.status}`)} ·{' '}
            {formatDateTime(message.sentAt ?? message.queuedAt, locale)}
          </span>
        </span>
      </summary>
      <p className="small muted">
        {t('messages.to', { addresses: message.to?.join(', ') ?? t('messages.erased') })}
      </p>
      <p className="message__text">{message.text ?? t('messages.erased')}</p>
    </details>
  );
}
