import type { ExpectedRevision, Revision } from './event-log.js';

/** What an append has to know of its stream, including appends that are decided but not yet durable. */
export interface StreamFacts {
  tombstoned: boolean;
  softDeleted: boolean;
  hasMetadata: boolean;
  lastRevision: Revision | -1;
  /** Revision of the event with this id among the remembered ones of this stream. */
  rememberedRevision(id: Buffer): Revision | undefined;
  /** Whether the stored event of this revision has this id; asked for existing revisions only. */
  carriesId(revision: Revision, id: Buffer): boolean;
}

export type AppendDecision =
  | { kind: 'write'; undelete: boolean }
  | { kind: 'already_written'; lastRevision: Revision }
  | { kind: 'wrong_expected_version'; current: Revision | 'no_stream' }
  | { kind: 'stream_deleted' };

const DELETED: AppendDecision = { kind: 'stream_deleted' };

/** EventStoreDB's rules for expected revisions and idempotency; the table is in docs/eventstore.md. */
export function decideAppend(expected: ExpectedRevision, events: readonly { id: Buffer }[], facts: StreamFacts): AppendDecision {
  if (facts.tombstoned) return DELETED;
  if (expected === 'stream_exists') {
    if (facts.softDeleted) return DELETED;
    if (facts.lastRevision < 0 && !facts.hasMetadata) return wrongVersion(facts);
  }
  if (expected === 'any' || expected === 'stream_exists') return decideByRememberedIds(events, facts);
  const revision = expected === 'no_stream' ? -1 : expected;
  if (revision === facts.lastRevision) return { kind: 'write', undelete: facts.softDeleted };
  if (revision > facts.lastRevision) return wrongVersion(facts);
  return decideByStoredIds(revision, events, facts);
}

function decideByRememberedIds(events: readonly { id: Buffer }[], facts: StreamFacts): AppendDecision {
  let last: Revision | undefined;
  for (const { id } of events) {
    const revision = facts.rememberedRevision(id);
    if (revision === undefined) return last === undefined ? { kind: 'write', undelete: facts.softDeleted } : wrongVersion(facts);
    last = revision;
  }
  return last === undefined ? { kind: 'write', undelete: facts.softDeleted } : { kind: 'already_written', lastRevision: last };
}

function decideByStoredIds(expected: Revision | -1, events: readonly { id: Buffer }[], facts: StreamFacts): AppendDecision {
  let revision = expected;
  for (const { id } of events) {
    revision++;
    if (revision <= facts.lastRevision && facts.carriesId(revision, id)) continue;
    const first = revision === expected + 1;
    if (first && expected === -1 && facts.softDeleted) return { kind: 'write', undelete: true };
    return wrongVersion(facts);
  }
  return events.length === 0 ? wrongVersion(facts) : { kind: 'already_written', lastRevision: revision };
}

function wrongVersion(facts: StreamFacts): AppendDecision {
  return { kind: 'wrong_expected_version', current: facts.lastRevision < 0 ? 'no_stream' : facts.lastRevision };
}
