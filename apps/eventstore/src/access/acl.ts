import type { Principal } from './access-control.js';

/** The five rules of a stream's ACL: read, write, delete, read and write its metadata. */
export type AclRule = '$r' | '$w' | '$d' | '$mr' | '$mw';

/** Everybody, with credentials or without. */
const EVERYBODY = '$all';

/** The roles a rule names (one or several); undefined where the ACL does not say, or says something unusable. */
export function aclRule(acl: Record<string, unknown> | undefined, rule: AclRule): string[] | undefined {
  const value = acl?.[rule];
  if (typeof value === 'string') return value === '' ? undefined : [value];
  if (Array.isArray(value) && value.every((role) => typeof role === 'string')) return value;
  return undefined;
}

/** Roles name users as well as groups. */
export function mayByRoles(principal: Principal, allowed: readonly string[]): boolean {
  return allowed.some((role) => role === EVERYBODY || role === principal.name || principal.roles.includes(role));
}
