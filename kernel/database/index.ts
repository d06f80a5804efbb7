export {
  createDatabase,
  type Connection,
  type Database,
  type DatabaseOptions,
  type WorkerPool,
} from './database.ts';
export {
  finish,
  unitOfWorkIn,
  type Statement,
  type Transaction,
  type TransactionOptions,
  type UnitOfWork,
} from './transaction.ts';
export { DatabaseError, Transient, toDatabaseError, type DatabaseErrorCode } from './errors.ts';
export { uncheckedTables } from './catalog.ts';
export { excessGrants, uncoveredForeignKeys, unfixedDefiners } from './grants.ts';
export {
  bootstrapDatabase,
  roleUrls,
  type Bootstrapped,
  type RoleUrls,
  type BootstrapOptions,
  type RoleKey,
} from './bootstrap.ts';
export {
  migrate,
  migrationsChecksum,
  pendingMigrations,
  type MigrationSource,
  type SchemaMigrations,
} from './migrations.ts';
export {
  findEmbeddedPostgres,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './embedded.ts';
export { watchServer } from './server-health.ts';
