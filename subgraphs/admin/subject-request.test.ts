import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  approve,
  cancel,
  isDue,
  open,
  subjectRequestAggregate,
  type RequestEvent,
  type SubjectRequest,
} from './subject-request.ts';

const [anna, bert] = [randomUUID(), randomUUID()];
const at = (time: string) => new Date(`2025-01-15T${time}Z`);

function after(request: SubjectRequest, events: readonly RequestEvent[], actor: string) {
  return events.reduce<SubjectRequest>(
    (state, event) => subjectRequestAggregate.evolve(state, { ...event, actor } as never),
    request,
  );
}

const opened = after(
  subjectRequestAggregate.initial,
  open(randomUUID(), randomUUID(), { by: anna, at: at('09:00:00.000') }),
  anna,
);
const approved = after(opened, approve(opened, { by: bert, at: at('10:00:00.000') }), bert);

it('is due half an hour after the approval, and not before', () => {
  expect(isDue(approved, at('10:29:59.999'))).toBe(false);
  expect(isDue(approved, at('10:30:00.000'))).toBe(true);
});

it('is never due without an approval, or once it was taken back', () => {
  const later = at('23:00:00.000');
  expect(isDue(opened, later)).toBe(false);
  const back = after(approved, cancel(approved, { by: anna, at: at('10:10:00.000') }), anna);
  expect(isDue(back, later)).toBe(false);
  expect(() => cancel(back, { by: anna, at: later })).toThrow('bereits entschieden');
});

it('remembers who asked, whoever else acts on it', () => {
  expect(approved.requestedBy).toBe(anna);
  expect(() => approve(opened, { by: anna, at: at('10:00:00.000') })).toThrow('nicht selbst');
});
