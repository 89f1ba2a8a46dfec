import { randomUUID } from 'node:crypto';
import { decideAppend, type StreamFacts } from './append-decision.js';
import type {
  AppendOutcome, Direction, DurableListener, EventLog, EventLogStats, ExpectedRevision, LogPage, LogPosition, ProposedEvent,
  RefusalCode, Revision, StreamPage, StreamView,
} from './event-log.js';
import { MAX_CONTENT_TYPE_BYTES, MAX_NAME_BYTES, TOMBSTONE_REVISION } from './event-record.js';
import { type DiskSpace } from './disk-space.js';
import { GroupWriter, failedOutcome, type NewEvent } from './group-writer.js';
import { MAX_STREAMS, type LogIndex } from './log-index.js';
import { type LogReader } from './log-reader.js';
import {
  METADATA_TYPE, SOFT_DELETED_METADATA, TOMBSTONE_TYPE, describedStream, isMetadataStream, isSoftDeleted, metadataStreamOf,
  parseMetadata, undeletedMetadata,
} from './stream-metadata.js';

/** Encoded bytes of the largest append: it has to fit into memory twice. */
export const MAX_APPEND_BYTES = 64 << 20;
const JSON_CONTENT = 'application/json';
const BINARY_CONTENT = 'application/octet-stream';
const NOTHING = Buffer.alloc(0);
