import { AccessDenied } from './errors.ts';

const ROLES = ['sales', 'manager', 'admin', 'auditor', 'partner', 'system'] as const;

export type Role = (typeof ROLES)[number];

/** The roles a token may carry. */
export const TOKEN_ROLES: readonly Role[] = ROLES.filter((role) => role !== 'system');

const SALES = [
  'session:read',
  'leads:read',
  'leads:register',
  'leads:write',
  'contacts:read',
  'activities:read',
  'activities:write',
  'messages:read',
  'messages:write',
  'widget:read',
  'timeline:read',
];
const MANAGER = [...SALES, 'leads:manage', 'team:read', 'history:read'];
const ADMIN = [
  ...MANAGER,
  'events:operate',
  'users:manage',
  'audit:read',
  'settings:manage',
  'webhooks:manage',
];

/** The only place where a role becomes scopes; the SDL names scopes, never roles. */
const SCOPES: Record<Role, readonly string[]> = {
  sales: SALES,
  manager: MANAGER,
  admin: ADMIN,
  auditor: ['session:read', 'leads:read', 'activities:read', 'history:read', 'audit:read'],
  partner: ['session:read', 'leads:read', 'leads:register'],
  system: [...ADMIN],
};

/** Known roles of a token, lower-case and once each. @throws AccessDenied when `system` is claimed. */
export function rolesOf(claimed: readonly string[]): readonly Role[] {
  const names = new Set(claimed.map((role) => role.toLowerCase()));
  if (names.has('system')) throw new AccessDenied('UNAUTHENTICATED');
  return ROLES.filter((role) => names.has(role));
}

export function scopesOf(roles: readonly Role[]): ReadonlySet<string> {
  return new Set(roles.flatMap((role) => SCOPES[role]));
}
