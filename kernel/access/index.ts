export {
  NIL_UUID,
  createActor,
  hasRole,
  isUuid,
  requireScope,
  seesTerritory,
  systemActor,
  type Actor,
  type Claims,
} from './actor.ts';
export { AccessDenied, Refusal, notFound } from './errors.ts';
export { TOKEN_ROLES, type Role } from './roles.ts';
