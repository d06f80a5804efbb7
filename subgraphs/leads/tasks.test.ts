import { describe, expect, it } from 'vitest';
import { loseOwner, reassign, transferTerritory } from './assignment.ts';
import { setContact } from './contact.ts';
import type { LeadEvent } from './events.ts';
import {
  at,
  byManager,
  chefId,
  colleague,
  inStatus,
  leadId,
  manager,
  owner,
  registeredLead,
} from './lead.fixture.ts';
import { after, initialLead, type Lead } from './lead.ts';
import { convert, delete_, lose } from './outcome.ts';
import { flagPreClaim } from './pre-claim.ts';
import { documentFirstContact } from './progress.ts';
import { defaultTerms } from './protection.ts';
import { challengeOwnership, completeTask, receiversOf } from './tasks.ts';

const time = '2025-02-01T09:00:00.000Z';
const reason = 'Kunde wurde von mir gewonnen';
const refusing = (code: string) => expect.objectContaining({ code });
const kinds = (lead: Lead) => lead.tasks.open.map((task) => task.kind);
const move = (lead: Lead, decide: (lead: Lead) => readonly LeadEvent[]): Lead =>
  after(lead, decide(lead));

const overdue = move(registeredLead(), (lead) => flagPreClaim(lead, at(time)));
const challenged = (by = colleague, lead = registeredLead()): Lead =>
  move(lead, (each) => challengeOwnership(each, { challengedBy: by, reason }, at(time)));
const ownerless = move(registeredLead(), loseOwner);
const handOver = (lead: Lead) =>
  reassign(
    lead,
    {
      ownerUserId: colleague,
      ownerTerritories: ['DE'],
      reason: 'Gebiete neu verteilt',
      protection: defaultTerms,
    },
    byManager(time),
  );

describe('a task', () => {
  it('follows from an overdue Pre-Claim, a challenge and a lost owner', () => {
    expect(kinds(overdue)).toEqual(['PRE_CLAIM_OVERDUE']);
    expect(challenged().tasks.open).toMatchObject([
      { kind: 'OWNERSHIP_CHALLENGED', raisedBy: colleague },
    ]);
    expect(kinds(ownerless)).toEqual(['OWNER_LOST']);
    expect(kinds(registeredLead())).toEqual([]);
  });

  it('follows from a transfer that its owner does not go along with', () => {
    const input = { territory: 'AT', reason: 'Sitz ist in Salzburg', holders: new Set<string>() };
    const lead = move(registeredLead(), (each) =>
      transferTerritory(each, input as never, byManager(time)),
    );
    expect(kinds(lead)).toEqual(['OWNER_LOST']);
  });

  it('of an overdue Pre-Claim is for owner and manager, every other for the manager alone', () => {
    expect(receiversOf('PRE_CLAIM_OVERDUE')).toEqual(['OWNER', 'MANAGER']);
    expect(receiversOf('OWNERSHIP_CHALLENGED')).toEqual(['MANAGER']);
    expect(receiversOf('OWNER_LOST')).toEqual(['MANAGER']);
  });

  it('has an id of its own that is the same on every replay', () => {
    const twice = challenged(manager, challenged());
    const ids = twice.tasks.open.map((task) => task.taskId);
    expect(new Set(ids).size).toBe(2);
    expect(challenged(manager, challenged()).tasks).toEqual(twice.tasks);
  });
});

describe('a task lapses', () => {
  const contact = { contactId: chefId, role: 'KUECHENCHEF', lastName: 'Berger' } as const;
  const firstContact = { channel: 'PHONE', at: time, note: 'Gespräch mit der Küche' } as const;
  it.each<[string, (lead: Lead) => readonly LeadEvent[]]>([
    ['the first contact', (lead) => documentFirstContact(lead, firstContact, at(time))],
    ['a contact person', (lead) => setContact(lead, contact, at(time))],
    ['the loss', (lead) => lose(inStatus('QUALIFIED', lead), { reason }, at(time))],
    ['the deletion', (lead) => delete_(lead, { reason }, byManager(time))],
  ])('of an overdue Pre-Claim with %s', (_, decide) => {
    expect(kinds(move(overdue, decide))).toEqual([]);
  });

  it('of a lost owner with the next owner, of a Pre-Claim not: it is his now', () => {
    expect(kinds(move(ownerless, handOver))).toEqual([]);
    expect(kinds(move(overdue, handOver))).toEqual(['PRE_CLAIM_OVERDUE']);
  });

  it('of a challenge when the manager gives the lead to somebody or it ends', () => {
    expect(kinds(move(challenged(), handOver))).toEqual([]);
    const won = (lead: Lead) => convert(inStatus('QUALIFIED', lead), byManager(time));
    expect(kinds(move(challenged(), won))).toEqual([]);
    expect(kinds(move(challenged(), loseOwner))).toEqual(['OWNERSHIP_CHALLENGED', 'OWNER_LOST']);
  });
});

describe('a challenge', () => {
  it('waits once for a person, however often he raises it', () => {
    const lead = challenged();
    const again = challengeOwnership(lead, { challengedBy: colleague, reason }, at(time));
    expect(again).toEqual([]);
    expect(kinds(challenged(manager, lead))).toHaveLength(2);
  });

  it('may be raised again once it was answered', () => {
    const answered = move(challenged(), handOver);
    expect(kinds(challenged(colleague, answered))).toEqual(['OWNERSHIP_CHALLENGED']);
  });

  it('needs a reason', () => {
    const input = { challengedBy: owner, reason: ' zu kurz ' };
    expect(() => challengeOwnership(registeredLead(), input, at(time))).toThrow(
      refusing('REASON_TOO_SHORT'),
    );
  });

  it('opens no more tasks than a lead may have', () => {
    let lead = registeredLead();
    for (let n = 0; n < 60; n += 1) {
      lead = challenged(`a0000000-0000-4000-8000-0000000001${String(n).padStart(2, '0')}`, lead);
    }
    expect(lead.tasks.open).toHaveLength(50);
  });
});

describe('closing a task by hand', () => {
  it('is recorded and ends that task alone', () => {
    const lead = challenged(manager, challenged());
    const [first, second] = lead.tasks.open;
    const facts = completeTask(lead, { taskId: first!.taskId }, byManager(time));
    expect(facts).toEqual([
      {
        type: 'lead.task.completed',
        data: {
          leadId,
          taskId: first!.taskId,
          kind: 'OWNERSHIP_CHALLENGED',
          completedBy: manager,
          at: time,
        },
      },
    ]);
    expect(after(lead, facts).tasks.open).toEqual([second]);
  });

  it('is refused for what is not open', () => {
    const { taskId } = overdue.tasks.open[0]!;
    const done = move(overdue, (lead) => completeTask(lead, { taskId }, byManager(time)));
    expect(() => completeTask(done, { taskId }, byManager(time))).toThrow(
      refusing('ILLEGAL_TRANSITION'),
    );
    expect(() => completeTask(initialLead, { taskId }, byManager(time))).toThrow(
      refusing('ILLEGAL_TRANSITION'),
    );
  });
});
