import type { GrpcCall } from '../transport/grpc-call.js';
import { grpcFrame } from '@ledger/protobuf';
import type { Method } from './service-context.js';

/** Clients switch features on by this version; it names the EventStoreDB whose behaviour is followed. */
export const SERVER_VERSION = '24.10.0';

/** SupportedMethods: what is served and nothing else, lower-cased, with the features clients ask for. */
export function supportedMethodsFrame(methods: readonly Method[]): Buffer {
  return grpcFrame((response) => {
    for (const method of methods) {
      response.message(1, (entry) => {
        entry.string(1, method.name.toLowerCase()).string(2, method.service.toLowerCase());
        for (const feature of method.features) entry.string(3, feature);
      });
    }
    response.string(2, SERVER_VERSION);
  });
}

/** Answers a call whose request says nothing with a ready frame. */
export function answerWith(call: GrpcCall, frame: () => Buffer): void {
  call.receiveOne(() => {
    call.write(frame());
    call.finish();
  });
}
