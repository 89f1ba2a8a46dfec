import type { ServiceContext } from '../services/service-context.js';
import { endpointOf, type Endpoint } from '../services/gossip.js';
import { SERVER_VERSION } from '../services/server-features.js';
import type { Http1Answers } from '../transport/http1-endpoint.js';

interface Identity {
  instanceId: string;
  isSecure: boolean;
  listening(): Endpoint;
  isReady(): boolean;
}

/** What the HTTP/1.1 resources answer, in the shapes EventStoreDB gives them. */
export function http1Answers(context: ServiceContext, identity: Identity): Http1Answers {
  return {
    credentialsAreRight: (request) => context.access.principalOf(request.headers) !== undefined,
    isReady: identity.isReady,
    info: () => ({
      esVersion: SERVER_VERSION,
      state: 'leader',
      features: { projections: false, userManagement: false, atomPub: false },
      authentication: { type: identity.isSecure ? 'internal' : 'insecure', properties: {} },
    }),
    gossip: (host) => {
      const endpoint = endpointOf(host, identity.listening());
      return {
        members: [
          {
            instanceId: identity.instanceId,
            timeStamp: new Date(context.clock()).toISOString(),
            state: 'Leader',
            isAlive: true,
            httpEndPointIp: endpoint.host,
            httpEndPointPort: endpoint.port,
          },
        ],
        serverIp: endpoint.host,
        serverPort: endpoint.port,
      };
    },
    metrics: async () => ({ contentType: context.metrics.registry.contentType, text: await context.metrics.registry.metrics() }),
  };
}
