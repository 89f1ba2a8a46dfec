import type { IncomingHttpHeaders } from 'node:http';

const UNIT_MS: Record<string, number> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };

/** The `grpc-timeout` of a call in milliseconds; undefined where none, or none that can be read, was sent. */
export function readTimeout(headers: IncomingHttpHeaders): number | undefined {
  const match = /^(\d{1,8})([HMSmun])$/.exec(String(headers['grpc-timeout'] ?? ''));
  return match === null ? undefined : Number(match[1]) * UNIT_MS[match[2]!]!;
}
