import { defineReaction } from '#kernel/events';
import { writeErasures } from './erasure-journal.ts';
import type { SubjectErased } from './events.ts';

/** Keeps every erasure in a file outside the database; the erasure is done only after that. */
export function erasureJournal(directory: string) {
  return defineReaction<SubjectErased>({
    name: 'admin.erasure_journal',
    on: {
      'admin.subject.erased': async ({ data: { subjectIds, kind, at } }) =>
        writeErasures(
          directory,
          subjectIds.map((subjectId) => ({ subjectId, kind, at })),
        ),
    },
  });
}
