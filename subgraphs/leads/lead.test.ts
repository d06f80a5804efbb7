/** Random lives of a lead: whatever happens in whatever order, these things hold. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '#kernel/access';
import { loseOwner, overrideProtection, reassign, setCollaborator } from './assignment.ts';
import { plusMs } from './calendar.ts';
import { resumeClock, stopClock } from './clock.ts';
import { removeContact, setConsent, setContact } from './contact.ts';
import { leadEvents, type LeadEvent } from './events.ts';
import { claimFollowUp, completeFollowUp, noteSample, settleFollowUp } from './follow-up-run.ts';
import { followUpMoves, nominalRunAt } from './follow-up.ts';
import { endBlock, recordBounce } from './bounce.ts';
import { chefId, colleague, leadId, nobody, owner, plain, start } from './lead.fixture.ts';
import { after, evolve, initialLead, leadAggregate, type Lead } from './lead.ts';
import { convert, convertOnWin, delete_, lose, pseudonymize, qualify } from './outcome.ts';
import { flagPreClaim } from './pre-claim.ts';
import {
  documentFirstContact,
  linkOpportunity,
  recordEvidence,
  recordMeaningfulActivity,
  reminderSent,
} from './progress.ts';
import { extendProtection, runProtection } from './protection-engine.ts';
import { anchorOf, defaultTerms, nextStep, windowsAt } from './protection.ts';
import { backdate, register, update } from './registration.ts';
import type { Stamp } from './requirements.ts';
import { hasOpenHold, statusMoves } from './status.ts';
import { followUpTypes, protectionModes } from './vocabulary.ts';

type Happening = (lead: Lead, stamp: Stamp) => readonly LeadEvent[];

const reason = 'Kanarivermerk 4711';
const email = 'kanari.4711@pii.test';
const newOwner = {
  ownerUserId: colleague,
  ownerTerritories: ['DE'],
  reason,
  protection: defaultTerms,
};
const opportunityId = 'b0000000-0000-4000-8000-000000000001';
const sampleId = 'd0000000-0000-4000-8000-000000000001';
const run: Happening = (lead, stamp) => runProtection(lead, stamp);
const claim: Happening = (lead, stamp) =>
  claimFollowUp(lead, { dueRunAt: nominalRunAt(stamp.at), requireMultiContact: true }, stamp);
const settle: Happening = (lead, stamp) =>
  followUpTypes.flatMap((followUpType) =>
    settleFollowUp(lead, { followUpType, success: true }, stamp, nobody),
  );

const happenings: Record<string, Happening> = {
  run,
  runAgain: run,
  claim,
  settle,
  settleBadly: (lead, stamp) =>
    settleFollowUp(lead, { followUpType: 'T3', success: false }, stamp, nobody),
  complete: (lead, stamp) =>
    completeFollowUp(lead, { followUpType: 'T3', outcome: 'SUCCESS' }, stamp),
  contact: (lead, stamp) =>
    documentFirstContact(lead, { channel: 'PHONE', at: stamp.at, note: reason }, stamp),
  evidence: (lead, stamp) => recordEvidence(lead, { kind: 'MEETING', at: stamp.at }, stamp),
  oldEvidence: (lead, stamp) =>
    recordEvidence(lead, { kind: 'DEMO', at: plusMs(stamp.at, -40 * 86_400_000) }, stamp),
  activity: (lead, stamp) => recordMeaningfulActivity(lead, { kind: 'CALL', at: stamp.at }, stamp),
  reminderSent: (lead, stamp) => reminderSent(lead, stamp),
  opportunity: (lead, stamp) => linkOpportunity(lead, opportunityId, stamp),
  won: (lead, stamp) => convertOnWin(lead, stamp).events,
  qualify: (lead, stamp) => qualify(lead, stamp),
  lose: (lead, stamp) => lose(lead, { reason }, stamp),
  convert: (lead, stamp) => convert(lead, stamp),
  delete: (lead, stamp) => delete_(lead, { reason }, stamp),
  stop: (lead, stamp) => stopClock(lead, { kind: 'OTHER', reason }, stamp),
  resume: (lead, stamp) => resumeClock(lead, stamp),
  reassign: (lead, stamp) => reassign(lead, newOwner, stamp),
  override: (lead, stamp) => overrideProtection(lead, newOwner, stamp),
  extend: (lead, stamp) => extendProtection(lead, { months: 2, reason }, stamp),
  backdate: (lead, stamp) =>
    backdate(lead, { registeredAt: '2024-12-01T09:00:00.000Z', reason }, stamp),
  loseOwner: (lead) => loseOwner(lead),
  collaborator: (lead) =>
    setCollaborator(lead, { userId: nobody, role: 'COLLABORATOR', level: 'VIEW' }),
  sample: (lead, { at }) => noteSample(lead, { sampleId, state: 'REQUESTED', at }, { at }),
  delivery: (lead, { at }) => noteSample(lead, { sampleId, state: 'DELIVERED', at }, { at }),
  setContact: (lead, stamp) =>
    setContact(
      lead,
      { contactId: chefId, role: 'KUECHENCHEF', lastName: 'Kanari', email, notes: reason },
      stamp,
    ),
  removeContact: (lead, stamp) => removeContact(lead, chefId, stamp),
  consent: (lead, stamp) => setConsent(lead, { contactId: null, emailConsent: true }, stamp),
  update: (lead, stamp) =>
    update(lead, { email, painNotes: reason, businessType: 'HOTEL', phone: '+491714711' }, stamp),
  hardBounce: (lead, stamp) => recordBounce(lead, { messageId: leadId, kind: 'HARD' }, stamp),
  softBounce: (lead, stamp) => recordBounce(lead, { messageId: leadId, kind: 'SOFT' }, stamp),
  endBlock: (lead, stamp) => endBlock(lead, stamp),
  preClaim: (lead, stamp) => flagPreClaim(lead, stamp),
  pseudonymize: (lead, stamp) => pseudonymize(lead, { expiredDays: 60 }, stamp),
};

interface Step {
  lead: Lead;
  events: readonly LeadEvent[];
  next: Lead;
  at: string;
}

const hour = 3_600_000;
const life = fc.record({
  mode: fc.constantFrom(...protectionModes),
  steps: fc.array(
    fc.tuple(fc.constantFrom(...Object.keys(happenings)), fc.integer({ min: 1, max: 30 * 24 })),
    { minLength: 10, maxLength: 60 },
  ),
});

function live({
  mode,
  steps,
}: {
  mode: (typeof protectionModes)[number];
  steps: [string, number][];
}) {
  const protection = { ...defaultTerms, mode };
  let lead = after(
    initialLead,
    register(initialLead, plain, { protection }, { at: start, by: owner }),
  );
  let at = start;
  return steps.flatMap(([name, hours]): Step[] => {
    at = plusMs(at, hours * hour);
    const before = lead;
    try {
      const events = happenings[name]?.(lead, { at, by: owner }) ?? [];
      lead = after(lead, events);
      return [{ lead: before, events, next: lead, at }];
    } catch (refusal) {
      // Anything but a refusal is a defect.
      if (refusal instanceof Refusal) return [];
      throw refusal;
    }
  });
}

const always = (check: (step: Step) => void): void =>
  fc.assert(
    fc.property(life, (each) => live(each).forEach(check)),
    { numRuns: 150 },
  );

describe('in every life of a lead', () => {
  it('the status stays within the table and moves out of a hold by deletion only', () => {
    always(({ lead, events }) => {
      let from = lead;
      for (const event of events) {
        if (event.type === 'lead.status_changed') {
          const { oldStatus, newStatus } = event.data;
          expect(from.status).toBe(oldStatus);
          expect(Object.keys(statusMoves[oldStatus])).toContain(newStatus);
          if (hasOpenHold(from)) expect(newStatus).toBe('DELETED');
        }
        from = evolve(from, event);
      }
    });
  });

  it('an expiry by progress follows a reminder for the same anchor by nine days at least', () => {
    always(({ lead, events, at }) => {
      const expiry = events.find((event) => event.type === 'lead.protection.expired');
      if (expiry?.data.cause !== 'PROGRESS' || lead.protection === null) return;
      const { reminderAnchor, reminderAt } = lead.protection;
      expect(reminderAnchor).toBe(anchorOf(lead.protection));
      expect(Date.parse(at) - Date.parse(reminderAt ?? at)).toBeGreaterThan(9 * 24 * hour - hour);
    });
  });

  it('there is one reminder per anchor', () => {
    fc.assert(
      fc.property(life, (each) => {
        const keys = live(each)
          .flatMap(({ events }) => events)
          .filter((event) => event.type === 'lead.protection.reminder')
          .map((event) => event.data.anchor);
        // Backdating may bring an anchor back after another one; never twice in a row.
        expect(keys.every((anchor, index) => index === 0 || anchor !== keys[index - 1])).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('a new owner is protected from the first moment', () => {
    always(({ events, next, at }) => {
      const handed = events.find((event) => event.type === 'lead.assigned');
      if (handed?.data.protection === undefined || next.protection === null) return;
      expect(anchorOf(next.protection)).toBe(at);
      expect(nextStep(next, at)).toBe('NOTHING');
      const { progressUntil, graceUntil } = windowsAt(next.protection, next.holds, at);
      expect(at < progressUntil && progressUntil < graceUntil).toBe(true);
    });
  });

  it('windows only grow while facts stand still', () => {
    always(({ next, at }) => {
      if (next.protection === null) return;
      const now = windowsAt(next.protection, next.holds, at);
      const later = windowsAt(next.protection, next.holds, plusMs(at, 50 * hour));
      expect(later.progressUntil >= now.progressUntil).toBe(true);
      expect(later.graceUntil >= now.graceUntil).toBe(true);
      expect(later.baseUntil >= now.baseUntil).toBe(true);
    });
  });

  it('follow-ups make lawful moves, leave the status alone and are sent once', () => {
    always(({ lead, events, next }) => {
      for (const type of followUpTypes) {
        const [from, to] = [lead.followUps[type].status, next.followUps[type].status];
        const isThrough = from === 'SENDING' && to === 'CANCELED';
        if (from !== to && !isThrough) expect(followUpMoves[from]).toContain(to);
      }
      if (events.some((event) => event.type === 'lead.followup.processed')) {
        expect(next.status).toBe(lead.status);
      }
    });
  });

  it('every fact fits its schema and holds no person in clear', () => {
    always(({ events }) => {
      for (const event of events) {
        const definition = leadEvents.facts[event.type];
        expect(definition.data.parse(event.data)).toEqual(event.data);
        const personal = 'personal' in definition ? Object.keys(definition.personal) : [];
        const clear = Object.fromEntries(
          Object.entries(event.data).filter(([field]) => !personal.includes(field)),
        );
        // Ids are hashes: their digits may say anything.
        const text = JSON.stringify(clear).replace(
          /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
          '',
        );
        expect(text).not.toMatch(/kanari|4711|Fresh Foods|Berlin/i);
      }
    });
  });

  it('the state survives being stored', () => {
    always(({ next }) => expect(JSON.parse(JSON.stringify(next))).toEqual(next));
  });
});

describe('the aggregate', () => {
  it('belongs to nobody before its first fact, then to territory and owner', () => {
    expect(leadAggregate.territoryOf(initialLead)).toBeNull();
    const events = register(
      initialLead,
      plain,
      { protection: defaultTerms },
      { at: start, by: owner },
    );
    const lead = after(initialLead, events);
    expect(leadAggregate.territoryOf(lead)).toBe('DE');
    expect(leadAggregate.ownerOf(lead)).toBe(owner);
    expect(lead.leadId).toBe(leadId);
  });

  it('still folds and decides once its key is destroyed', () => {
    const [registered, ...rest] = register(
      initialLead,
      { ...plain, email },
      { protection: defaultTerms },
      { at: start, by: owner },
    );
    const erased = {
      ...registered,
      data: { ...registered?.data, companyName: null, city: null, email: null },
    } as LeadEvent;
    const lead = after(initialLead, [erased, ...rest]);
    expect(lead).toMatchObject({ companyName: null, profile: { city: null, hasEmail: true } });
    const facts = runProtection(lead, { at: '2025-08-01T00:00:00.000Z', by: nobody });
    for (const fact of facts) leadEvents.facts[fact.type].data.parse(fact.data);
    expect(after(lead, facts).status).toBe('EXPIRED');
  });
});
