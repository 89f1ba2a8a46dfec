/** The status codes the server gives. */
export const GrpcStatus = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

/** How a call ends other than well: goes out as trailers. `exception` and its companions are what the client switches on. */
export interface GrpcFailure {
  code: number;
  message: string;
  trailers?: Record<string, string>;
}

const PRINTABLE = /^[\x20-\x7e]*$/;

/** Percent-encodes all but printable ASCII, as gRPC wants its messages; trailers allow nothing else either. */
export function asciiText(text: string): string {
  if (/^[\x20-\x24\x26-\x7e]*$/.test(text)) return text;
  let encoded = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const printable = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    encoded += printable ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

/** The trailers of a call that ends with this status. */
export function trailersOf(failure: GrpcFailure): Record<string, string> {
  const trailers: Record<string, string> = { 'grpc-status': String(failure.code) };
  if (failure.message !== '') trailers['grpc-message'] = asciiText(failure.message);
  for (const [name, value] of Object.entries(failure.trailers ?? {})) trailers[name] = PRINTABLE.test(value) ? value : asciiText(value);
  return trailers;
}
