import type { StreamMetadata } from './event-log.js';

export const METADATA_PREFIX = '$$';
export const METADATA_TYPE = '$metadata';
export const TOMBSTONE_TYPE = '$streamDeleted';
export const SOFT_DELETED_METADATA = '{"$tb":9223372036854775807}';
const JSON_CONTENT = 'application/json';
/** 2^63 - 1, which JSON.parse rounds to 2^63. */
const DELETED_FROM = 2 ** 63;

export function isMetadataStream(stream: string): boolean {
  return stream.startsWith(METADATA_PREFIX);
}

export function metadataStreamOf(stream: string): string {
  return METADATA_PREFIX + stream;
}

/** The stream that `$$stream` describes. */
export function describedStream(metadataStream: string): string {
  return metadataStream.slice(METADATA_PREFIX.length);
}

function count(value: unknown, smallest: number): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= smallest ? value : undefined;
}

/** Like EventStoreDB, metadata that is no JSON object says nothing, and neither does a key of the wrong type. */
export function parseMetadata(contentType: string, data: Buffer): StreamMetadata {
  const raw = contentType === JSON_CONTENT ? parseObject(data) : undefined;
  if (raw === undefined) return {};
  const metadata: StreamMetadata = {};
  const maxCount = count(raw['$maxCount'], 1);
  const maxAge = count(raw['$maxAge'], 1);
  const truncateBefore = count(raw['$tb'], 0);
  const cacheControl = count(raw['$cacheControl'], 1);
  const acl = raw['$acl'];
  if (maxCount !== undefined) metadata.maxCount = maxCount;
  if (maxAge !== undefined) metadata.maxAge = maxAge;
  if (truncateBefore !== undefined) metadata.truncateBefore = truncateBefore >= DELETED_FROM ? Infinity : truncateBefore;
  if (cacheControl !== undefined) metadata.cacheControl = cacheControl;
  if (isObject(acl)) metadata.acl = acl;
  return metadata;
}

export function isSoftDeleted(metadata: StreamMetadata | undefined): boolean {
  return metadata?.truncateBefore === Infinity;
}

/** The metadata of a soft-deleted stream, made readable again from `firstRevision`; its other keys stay. */
export function undeletedMetadata(data: Buffer, firstRevision: number): Buffer {
  return Buffer.from(JSON.stringify({ ...parseObject(data), $tb: firstRevision }));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseObject(data: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(data.toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
