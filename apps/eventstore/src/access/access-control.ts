import type { IncomingHttpHeaders } from 'node:http';

/** Who calls. Without TLS everybody is the administrator, as in EventStoreDB's insecure mode. */
export interface Principal {
  name: string;
  roles: readonly string[];
}

export type StreamOperation = 'read' | 'write' | 'delete';

export const ADMINISTRATOR: Principal = { name: 'admin', roles: ['$admins'] };
export const ANONYMOUS: Principal = { name: 'anonymous', roles: [] };

export interface AccessControl {
  /** Undefined where credentials were sent and are wrong. */
  principalOf(headers: IncomingHttpHeaders): Principal | undefined;
  may(principal: Principal, operation: StreamOperation, stream: string): boolean;
}

/** The rules of a server without TLS: there are none. */
export const OPEN_ACCESS: AccessControl = {
  principalOf: () => ADMINISTRATOR,
  may: () => true,
};

/** The name under which the whole log is protected: `$all` can be read by whom its ACL allows. */
export const ALL_STREAM = '$all';
