import { uuidBytes } from '@ledger/protobuf';
import { BatchAppendCall } from './batch-append.js';
import { handleDelete } from './delete-stream.js';
import { clusterInfoFrame, endpointOf, type Endpoint } from './gossip.js';
import { ReadService } from './read-streams.js';
import { answerWith, supportedMethodsFrame } from './server-features.js';
import type { Method, ServiceContext } from './service-context.js';
import { UnaryAppendCall } from './unary-append.js';

const STREAMS = 'event_store.client.streams.Streams';

/** Paths of the calls that a client keeps open: subscriptions and reads, and the appends of a whole connection. */
export const ENDLESS_CALLS: ReadonlySet<string> = new Set([`/${STREAMS}/Read`, `/${STREAMS}/BatchAppend`]);

/** Every gRPC method of the server by its path. What is not here is UNIMPLEMENTED. */
export function createMethods(context: ServiceContext, instanceId: string, listening: () => Endpoint): Map<string, Method> {
  const reads = new ReadService(context);
  const methods: Method[] = [
    method(STREAMS, 'Read', ['position', 'events'], (call, principal) => reads.handle(call, principal)),
    method(STREAMS, 'Append', [], (call, principal) => void new UnaryAppendCall(context, call, principal)),
    method(STREAMS, 'BatchAppend', ['deadline_duration'], (call, principal) => void new BatchAppendCall(context, call, principal)),
    method(STREAMS, 'Delete', [], (call, principal) => handleDelete(context, call, principal, 'softDelete')),
    method(STREAMS, 'Tombstone', [], (call, principal) => handleDelete(context, call, principal, 'tombstone')),
    method('event_store.client.gossip.Gossip', 'Read', [], (call) =>
      answerWith(call, () => clusterInfoFrame(uuidBytes(instanceId), endpointOf(call.headers[':authority'], listening()), context.clock())),
    ),
    method('event_store.client.server_features.ServerFeatures', 'GetSupportedMethods', [], (call) => answerWith(call, () => features)),
  ];
  const features = supportedMethodsFrame(methods);
  return new Map(methods.map((entry) => [`/${entry.service}/${entry.name}`, entry]));
}

function method(service: string, name: string, features: string[], handle: Method['handle']): Method {
  return { service, name, features, handle };
}
