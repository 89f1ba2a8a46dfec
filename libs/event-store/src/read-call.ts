import type { EventStoreDBClient } from '@eventstore/db-client';
import { StreamsClient, StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { TOO_LATE, within } from './deadline.js';
import { followedMessage, type Followed } from './followed-message.js';
import { StreamBroken, pullPages, type PullOptions } from './pull.js';

type CallOptions = Omit<PullOptions, 'cancel'>;

/**
 * One call of the store's Read, with the client's connection and our own reading of what comes: everything that it says,
 * also how far it has looked and that it has come to the log's end, stands in one order. Throws StreamBroken.
 */
export async function* readCall(client: EventStoreDBClient, name: string, request: Buffer, options: CallOptions): AsyncGenerator<Followed, void, undefined> {
  for await (const items of readCallInPages(client, name, request, options, 1)) yield items[0]!;
}

/** The same, as much at a time as has come, up to `most`. */
export async function* readCallInPages(client: EventStoreDBClient, name: string, request: Buffer, options: CallOptions, most: number): AsyncGenerator<Followed[], void, undefined> {
  const opening = client['GRPCStreamCreator'](StreamsClient, name, (grpc) => grpc.makeServerStreamRequest(
    StreamsService.read.path, (bytes: Buffer) => bytes, followedMessage, request, ...client['callArguments']({}, { deadline: Infinity })))();
  const call = await within(opening, options.silenceMs).catch((error: unknown) => {
    throw new StreamBroken(error instanceof Error ? error.message : String(error), { cause: error });
  });
  if (call === TOO_LATE) {
    // Nobody will read it any more; where it never opens there is nothing to end.
    void opening.then((late) => late.on('error', () => undefined).cancel(), () => undefined);
    throw new StreamBroken(`the store said nothing for ${options.silenceMs} ms`);
  }
  yield* pullPages<Followed>(call, { ...options, cancel: async () => call.cancel() }, most);
}
