import type { Transaction } from './projection.js';

/** Serialises whoever creates or switches tables and views in this database, whichever process it is in. */
const SCHEMA_LOCK = 7_310_553_001;

export async function lockSchemaChanges(transaction: Transaction): Promise<void> {
  await transaction.query('SELECT pg_advisory_xact_lock($1)', [SCHEMA_LOCK]);
}

/** Where projectors hear, between two rounds, that somebody asks for a build. */
export const ASKED_CHANNEL = 'soquy_builds_asked';

/** Heard when the transaction commits. */
export async function tellProjectors(transaction: Transaction): Promise<void> {
  await transaction.query(`NOTIFY ${ASKED_CHANNEL}`);
}

const CHECKPOINT_VIEW = `CREATE OR REPLACE VIEW read.checkpoint AS
  SELECT b.name AS projection, b.build, b.version, c.position, c.log_id, c.event_time, c.events
  FROM projection.build b JOIN projection.checkpoint c USING (name, build) WHERE b.state = 'live'`;

/** What the runtime knows of each build of each projection, and how far it has come. Idempotent. */
const REGISTRY = `
CREATE SCHEMA IF NOT EXISTS projection;
CREATE SCHEMA IF NOT EXISTS read;
CREATE SCHEMA IF NOT EXISTS sealed;
CREATE TABLE IF NOT EXISTS projection.build (
  name text NOT NULL, build integer NOT NULL, version integer NOT NULL,
  state text NOT NULL,
  schema_name text NOT NULL UNIQUE, created_at timestamptz NOT NULL DEFAULT now(), switched_at timestamptz,
  stoppage jsonb, hindrance text, writer text, heartbeat_at timestamptz, caught_up boolean NOT NULL DEFAULT false,
  keeps_former boolean NOT NULL DEFAULT false, is_finished boolean NOT NULL DEFAULT true,
  PRIMARY KEY (name, build)) WITH (fillfactor = 50);
CREATE UNIQUE INDEX IF NOT EXISTS one_live_build ON projection.build (name) WHERE state = 'live';
CREATE TABLE IF NOT EXISTS projection.checkpoint (
  name text NOT NULL, build integer NOT NULL, position bigint, log_id text, event_time timestamptz, events bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (name, build), FOREIGN KEY (name, build) REFERENCES projection.build ON DELETE CASCADE) WITH (fillfactor = 20);
${CHECKPOINT_VIEW}`;

/** Roles belong to the whole server: another database may create this one at the same moment, or we may not be allowed to. */
const DASHBOARD_ROLE = `
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dashboard') THEN
    BEGIN CREATE ROLE dashboard NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN
      RAISE NOTICE 'role dashboard was not created here: %', SQLERRM;
    END;
  END IF;
END $$`;

const DASHBOARD_GRANTS = `
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'dashboard') THEN
    GRANT USAGE ON SCHEMA read TO dashboard;
    GRANT SELECT ON ALL TABLES IN SCHEMA read TO dashboard;
  END IF;
END $$`;

/** What registries made by earlier versions of the program lack. */
const LATER_COLUMNS = `
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'projection.build'::regclass AND attname = 'keeps_former') THEN
    ALTER TABLE projection.build ADD COLUMN keeps_former boolean NOT NULL DEFAULT false;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'projection.build'::regclass AND attname = 'is_finished') THEN
    ALTER TABLE projection.build ADD COLUMN is_finished boolean NOT NULL DEFAULT true;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'projection.build'::regclass AND conname = 'build_states') THEN
    ALTER TABLE projection.build DROP CONSTRAINT IF EXISTS build_state_check;
    ALTER TABLE projection.build ADD CONSTRAINT build_states CHECK (state IN ('asked', 'building', 'live', 'kept', 'old'));
  END IF;
END $$`;

export async function ensureRegistry(transaction: Transaction): Promise<void> {
  for (const statement of REGISTRY.split(';\n')) await transaction.query(statement);
  await transaction.query(LATER_COLUMNS);
  await transaction.query(DASHBOARD_ROLE);
}

/**
 * Waits until no reader is between two read models, and lets none begin until the transaction ends: every read of ours
 * takes the view of the checkpoints first. Rewriting a view with what it was is the only lock on the view alone.
 */
export async function holdReadersBack(transaction: Transaction): Promise<void> {
  await transaction.query(CHECKPOINT_VIEW);
}

export async function grantDashboard(transaction: Transaction): Promise<void> {
  await transaction.query(DASHBOARD_GRANTS);
}
