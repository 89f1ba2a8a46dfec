import { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { wholeLogRequest } from './whole-log-request.js';

it('asks for everything, as the client\'s own classes read it', () => {
  const options = ReadReq.deserializeBinary(wholeLogRequest(undefined)).getOptions()!;
  expect(options.getAll()?.hasStart()).toBe(true);
  expect(options.getReadDirection()).toBe(0);
  expect(options.getResolveLinks()).toBe(false);
  expect(options.getCount()).toBe('18446744073709551615');
  expect(options.hasNoFilter()).toBe(true);
  expect(options.getUuidOption()?.hasString()).toBe(true);
});

it('asks for what stands at a position and after it', () => {
  const position = ReadReq.deserializeBinary(wholeLogRequest(2n ** 62n)).getOptions()!.getAll()?.getPosition();
  expect([position?.getCommitPosition(), position?.getPreparePosition()]).toEqual(['4611686018427387904', '4611686018427387904']);
});
