import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { EventLog } from '../storage/index.js';
import { ADMINISTRATOR, ALL_STREAM, ANONYMOUS, type AccessControl, type Principal, type StreamOperation } from './access-control.js';
import { aclRule, mayByRoles, type AclRule } from './acl.js';
import type { DefaultAcls } from './default-acls.js';

/** Headers longer than this are no credentials of ours. */
const MAX_AUTHORIZATION_CHARS = 1_024;
const METADATA_PREFIX = '$$';

/**
 * The rules of a server with TLS: one user, `admin`, and stream ACLs. Who sends no credentials is anonymous, which
 * is enough for streams whose ACL says `$all`; system streams and the whole log are the administrator's by default.
 */
export function passwordAccess(log: EventLog, adminPassword: string, defaults: DefaultAcls): AccessControl {
  const digest = sha256(adminPassword);
  return {
    principalOf: (headers) => principalOf(headers, digest),
    may: (principal, operation, stream) => {
      if (principal.roles.includes('$admins')) return true;
      const { described, rule } = ruleFor(operation, stream);
      const own = log.view(described).metadata?.acl;
      return mayByRoles(principal, aclRule(own, rule) ?? defaults.rule(described, rule));
    },
  };
}

function principalOf(headers: IncomingHttpHeaders, adminDigest: Buffer): Principal | undefined {
  const header = headers.authorization;
  if (header === undefined) return ANONYMOUS;
  const match = header.length > MAX_AUTHORIZATION_CHARS ? null : /^basic ([A-Za-z0-9+/=]+)$/i.exec(header);
  if (match === null) return undefined;
  const text = Buffer.from(match[1]!, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return undefined;
  const isRight = timingSafeEqual(sha256(text.slice(colon + 1)), adminDigest);
  return isRight && text.slice(0, colon) === ADMINISTRATOR.name ? ADMINISTRATOR : undefined;
}

/** Metadata streams are guarded by the metadata rules of the stream they describe. */
function ruleFor(operation: StreamOperation, stream: string): { described: string; rule: AclRule } {
  if (stream === ALL_STREAM) return { described: ALL_STREAM, rule: '$r' };
  if (stream.startsWith(METADATA_PREFIX)) {
    return { described: stream.slice(METADATA_PREFIX.length), rule: operation === 'read' ? '$mr' : '$mw' };
  }
  return { described: stream, rule: operation === 'read' ? '$r' : operation === 'write' ? '$w' : '$d' };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
