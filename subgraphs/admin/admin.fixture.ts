import { createAdmin, type AdminOptions } from './index.ts';

/** Admin where no other context is: without what listens to one by name. */
export function adminAlone(options: AdminOptions = {}): ReturnType<typeof createAdmin> {
  const admin = createAdmin(options);
  const isOwn = (type: string): boolean => type === '*' || type.startsWith('admin.');
  const projections = admin.projections.filter(({ on }) => Object.keys(on).every(isOwn));
  return { ...admin, projections };
}
