import type { EventStoreDBClient } from '@eventstore/db-client';
// CommonJS without named exports that an ES module could see.
import shared from '@eventstore/db-client/generated/shared_pb.js';
import services from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import messages from '@eventstore/db-client/generated/streams_pb.js';
import type { AppendReq, AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { StoredRecord } from '../storage/index.js';

/** What the client's own append is made of, in version 6.2.1: its connection, credentials, deadlines and reconnection. */
interface ClientInside {
  execute<T>(service: typeof services.StreamsClient, name: string, action: (client: StreamsClient) => Promise<T>): Promise<T>;
  callArguments(options: object): Parameters<StreamsClient['append']> extends [infer M, infer O, ...unknown[]] ? [M, O] : never;
}

/** The revision that the destination has instead of the expected one. */
export interface AppendConflict {
  current: string;
}

/**
 * Appends records with exactly their bytes. The client's own append would print JSON data anew, and spaces, number
 * formats and escapes would be lost; so this speaks to the client's connection in the client's generated messages.
 */
export function appendExactly(
  client: EventStoreDBClient,
  stream: string,
  expected: number | 'no_stream',
  records: readonly StoredRecord[],
): Promise<AppendConflict | undefined> {
  const inside = client as unknown as ClientInside;
  return inside.execute(services.StreamsClient, 'appendToStream', async (streams) => {
    const [metadata, options] = inside.callArguments({});
    const response = await new Promise<AppendResp>((resolve, reject) => {
      const call = streams.append(metadata, options, (error, answer) => (error ? reject(error) : resolve(answer)));
      call.on('error', reject);
      call.write(header(stream, expected));
      for (const record of records) call.write(message(record));
      call.end();
    });
    const conflict = response.getWrongExpectedVersion();
    if (conflict === undefined) return undefined;
    return { current: conflict.hasCurrentRevision() ? conflict.getCurrentRevision() : 'no_stream' };
  });
}

function header(stream: string, expected: number | 'no_stream'): AppendReq {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream));
  const options = new messages.AppendReq.Options();
  options.setStreamIdentifier(identifier);
  if (expected === 'no_stream') options.setNoStream(new shared.Empty());
  else options.setRevision(String(expected));
  const request = new messages.AppendReq();
  request.setOptions(options);
  return request;
}

function message(record: StoredRecord): AppendReq {
  const id = new shared.UUID();
  id.setString(record.id().toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'));
  const proposed = new messages.AppendReq.ProposedMessage();
  proposed.setId(id);
  proposed.getMetadataMap().set('type', record.type).set('content-type', record.contentType);
  proposed.setData(Uint8Array.from(record.data()));
  proposed.setCustomMetadata(Uint8Array.from(record.customMetadata()));
  const request = new messages.AppendReq();
  request.setProposedMessage(proposed);
  return request;
}
