import { Button } from '@mantine/core';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { FormDialog } from '../form/form-dialog.tsx';
import { useCommand } from '../graph/use-command.ts';
import type { LeadDetailFragment } from '../graphql/graphql.ts';
import { useTranslation } from '../i18n/index.ts';
import { Icon } from '../shell/icon.tsx';
import { contactFields, contactValues, readContact, type LeadContact } from './lead-contact.ts';
import { LeadContactSet } from './lead-mutations.ts';

interface ContactsCardProps {
  lead: LeadDetailFragment;
  onReload: () => void;
}

export function ContactsCard({ lead, onReload }: ContactsCardProps): ReactElement {
  const { t } = useTranslation();
  const [edited, setEdited] = useState<LeadContact | 'new' | undefined>();
  const canEdit = lead.actions.includes('CONTACT_SET');
  return (
    <section className="card" aria-labelledby="contacts">
      <div className="card__head">
        <h2 id="contacts">{t('lead.contacts')}</h2>
        {canEdit && (
          <Button size="xs" leftSection={<Icon name="plus" />} onClick={() => setEdited('new')}>
            {t('lead.addContact')}
          </Button>
        )}
      </div>
      {lead.contacts === null && <p className="muted">{t('lead.contactsHidden')}</p>}
      {lead.contacts?.length === 0 && <p className="muted">{t('lead.noContacts')}</p>}
      <ul className="contacts">
        {(lead.contacts ?? []).map((contact) => (
          <Contact
            key={contact.id}
            contact={contact}
            {...(canEdit && { onEdit: () => setEdited(contact) })}
          />
        ))}
      </ul>
      {edited !== undefined && (
        <ContactDialog
          lead={lead}
          contact={edited === 'new' ? undefined : edited}
          onReload={onReload}
          onClose={() => setEdited(undefined)}
        />
      )}
    </section>
  );
}

function Contact({ contact, onEdit }: { contact: LeadContact; onEdit?: () => void }): ReactElement {
  const { t } = useTranslation();
  const isAnonymized = contact.lastName === 'ANONYMIZED';
  const name = isAnonymized ? t('lead.anonymized') : contactName(contact) || t('lead.erased');
  const reach = [
    ...[contact.phone, contact.mobile].map((number) => ({ number, href: `tel:${number}` })),
    { number: contact.email, href: `mailto:${contact.email}` },
  ].filter(({ number }) => number !== null);
  return (
    <li className="contact">
      <div>
        <p className="contact__name">{name}</p>
        <p className="small muted">
          {t(`contactRole.${contact.role}`)}
          {contact.isPrimary && ` · ${t('lead.primary')}`}
          {contact.isDecisionMaker && ` · ${t('lead.decisionMaker')}`}
        </p>
        <p className="small row">
          {reach.map(({ number, href }) => (
            <a key={href} href={href}>
              {number}
            </a>
          ))}
        </p>
      </div>
      {onEdit !== undefined && (
        <Button
          size="xs"
          variant="subtle"
          aria-label={`${name}: ${t('common.edit')}`}
          onClick={onEdit}
        >
          <Icon name="pencil" />
        </Button>
      )}
    </li>
  );
}

interface ContactDialogProps extends ContactsCardProps {
  contact: LeadContact | undefined;
  onClose: () => void;
}

function ContactDialog({ lead, contact, onReload, onClose }: ContactDialogProps): ReactElement {
  const { t } = useTranslation();
  const { run, faults, setFaults, isBusy } = useCommand(LeadContactSet);
  return (
    <FormDialog
      title={contact === undefined ? t('lead.contacts') : contactName(contact)}
      submit={t('common.save')}
      fields={contactFields(t)}
      initial={contactValues(contact)}
      faults={faults}
      onFaults={setFaults}
      onReload={onReload}
      isBusy={isBusy}
      onClose={onClose}
      onSubmit={(values) =>
        void run({
          leadId: lead.id,
          version: lead.version,
          contactId: contact?.id ?? null,
          contact: readContact(values),
        }).then((done) => done && onClose())
      }
    />
  );
}

const contactName = ({ salutation, firstName, lastName }: LeadContact): string =>
  [salutation, firstName, lastName].filter((part) => part !== null && part !== '').join(' ');
