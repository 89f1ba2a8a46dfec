import { grpcFrame, writeUuid } from '@ledger/protobuf';

const LEADER = 8;

export interface Endpoint {
  host: string;
  port: number;
}

/**
 * ClusterInfo with the one member there is. It is named as the caller addressed it: that name is reachable from
 * where the caller is and, with TLS, is the one the certificate was checked against.
 */
export function clusterInfoFrame(instanceId: Buffer, endpoint: Endpoint, now: number): Buffer {
  return grpcFrame((response) =>
    response.message(1, (member) => {
      member.message(1, (id) => writeUuid(id, instanceId, 'string'));
      member.uint64(2, now).uint64(3, LEADER).bool(4, true);
      member.message(5, (address) => address.string(1, endpoint.host).uint64(2, endpoint.port));
    }),
  );
}

/** Splits an `:authority` or Host header; what it lacks comes from where the server listens. */
export function endpointOf(authority: string | undefined, listening: Endpoint): Endpoint {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(authority ?? '');
  if (match === null) return listening;
  return { host: match[1]!, port: match[2] === undefined ? listening.port : Number(match[2]) };
}
