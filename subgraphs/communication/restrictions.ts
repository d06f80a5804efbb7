import { defineProjection } from '#kernel/events';
import type { SubjectRestricted, SubjectUnrestricted } from '#events/admin';

/** Who may not be written to although he could be. */
export const restrictions = defineProjection<SubjectRestricted | SubjectUnrestricted>({
  name: 'communication.restrictions',
  tables: ['communication.restriction'],
  on: {
    'admin.subject.restricted': async ({ data }, tx) => {
      await tx.query(
        `insert into communication.restriction (subject_id, at) values ($1, $2)
         on conflict (subject_id) do nothing`,
        [data.subjectId, data.at],
      );
    },
    'admin.subject.unrestricted': async ({ data }, tx) => {
      await tx.query('delete from communication.restriction where subject_id = $1', [
        data.subjectId,
      ]);
    },
  },
});
