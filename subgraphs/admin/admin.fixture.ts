import { randomUUID } from 'node:crypto';
import { createActor } from '#kernel/access';
import { count, noted, opened, type TestDatabase } from '#kernel/testing';
import { createAdmin, type AdminOptions } from './index.ts';

/** Admin where no other context is: without what listens to one by name. */
export function adminAlone(options: AdminOptions = {}): ReturnType<typeof createAdmin> {
  const admin = createAdmin(options);
  const isOwn = (type: string): boolean => type === '*' || type.startsWith('admin.');
  const projections = admin.projections.filter(({ on }) => Object.keys(on).every(isOwn));
  return { ...admin, projections };
}

export const NOTE = 'Kanarivermerk 4711';
const seller = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });

/** Somebody whom another context has a note about. */
export async function notedPerson({ database }: TestDatabase): Promise<string> {
  const person = randomUUID();
  await database.transaction(seller, (tx) =>
    count(tx, randomUUID(), [opened(), noted(person, NOTE)]),
  );
  return person;
}
