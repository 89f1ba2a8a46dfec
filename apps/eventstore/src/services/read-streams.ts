import { ALL_STREAM, type Principal } from '../access/access-control.js';
import { BoundedRead } from '../reads/bounded-read.js';
import { compileFilter, describeRefusal, type EventFilter } from '../reads/event-filter.js';
import { FrameComposer } from '../reads/frame-composer.js';
import type { Reading } from '../reads/reading.js';
import { Subscription } from '../reads/subscription.js';
import { LogDamagedError } from '../storage/index.js';
import type { GrpcCall } from '../transport/grpc-call.js';
import { GrpcStatus } from '../transport/grpc-status.js';
import { MalformedMessage } from '@ledger/protobuf';
import { readReadRequest, type ReadRequest } from '../wire/read-request.js';
import { accessDeniedFailure, streamDeletedFailure } from './append-failures.js';
import type { ServiceContext } from './service-context.js';

/** Streams.Read: reads that end and subscriptions. */
export class ReadService {
  private subscribers = 0;
  private reads = 0;

  constructor(private readonly context: ServiceContext) {}

  handle(call: GrpcCall, principal: Principal): void {
    call.receiveOne((message) => {
      let request: ReadRequest;
      try {
        request = readReadRequest(message);
      } catch (error) {
        if (!(error instanceof MalformedMessage)) throw error;
        call.fail({ code: GrpcStatus.INVALID_ARGUMENT, message: error.message });
        return;
      }
      this.start(call, principal, request);
    });
  }

  private start(call: GrpcCall, principal: Principal, request: ReadRequest): void {
    const { context } = this;
    const name = request.source.kind === 'all' ? ALL_STREAM : request.source.name;
    if (!context.access.may(principal, 'read', name)) {
      call.fail(accessDeniedFailure());
      return;
    }
    if (request.source.kind === 'stream' && context.log.view(name).tombstoned) {
      call.fail(streamDeletedFailure(name));
      return;
    }
    let filter: EventFilter | undefined;
    if (request.filter !== undefined) {
      const compiled = compileFilter(request.filter, context.limits);
      if ('kind' in compiled) {
        call.fail({ code: GrpcStatus.INVALID_ARGUMENT, message: describeRefusal(compiled) });
        return;
      }
      filter = compiled;
    }
    const composer = new FrameComposer(context.log, context.access, principal, request.resolveLinks, request.uuidForm);
    const { log, limits, metrics } = context;
    const countSent = (bytes: number): void => metrics.countSent(bytes);
    const isCrowded = this.reads + this.subscribers >= limits.crowd;
    const pageBytes = isCrowded ? Math.min(limits.crowdedPageBytes, limits.readPageBytes) : limits.readPageBytes;
    const reading: Reading = { log, call, request, filter, composer, pageBytes, countSent };
    if (request.count === undefined) void this.subscribe(reading, name);
    else void this.read(reading);
  }

  private async subscribe(reading: Reading, name: string): Promise<void> {
    const { tail, limits, metrics } = this.context;
    const { call } = reading;
    if (this.subscribers >= limits.maxSubscribers) {
      call.fail({ code: GrpcStatus.RESOURCE_EXHAUSTED, message: `the server has its ${limits.maxSubscribers} subscribers` });
      return;
    }
    this.subscribers++;
    metrics.setSubscribers(this.subscribers);
    try {
      if (!(await this.positionIsOurs(reading))) return;
      const subscription = new Subscription(reading, tail);
      if ((await subscription.run()) === 'stream_deleted') call.fail(streamDeletedFailure(name));
    } catch (error) {
      this.failRead(call, error);
    } finally {
      this.subscribers--;
      metrics.setSubscribers(this.subscribers);
    }
  }

  private async read(reading: Reading): Promise<void> {
    const { limits } = this.context;
    const { call } = reading;
    if (this.reads >= limits.maxReads) {
      call.fail({ code: GrpcStatus.RESOURCE_EXHAUSTED, message: `the server has its ${limits.maxReads} reads under way` });
      return;
    }
    this.reads++;
    try {
      if (!(await this.positionIsOurs(reading))) return;
      await new BoundedRead(reading).run();
      call.finish();
    } catch (error) {
      this.failRead(call, error);
    } finally {
      this.reads--;
    }
  }

  /**
   * Positions are places in one log. One that no event of this log lies at was given out by another (or made up):
   * going on from there would silently skip or repeat events, so it is refused.
   */
  private async positionIsOurs({ call, request }: Reading): Promise<boolean> {
    const { source, from } = request;
    if (source.kind !== 'all' || typeof from !== 'number' || from === 0) return true;
    const page = await this.context.log.readAll(from, 'forward', 1, 1);
    if (page.records[0]?.position === from) return true;
    call.fail({ code: GrpcStatus.INVALID_ARGUMENT, message: `position ${from} is not the position of an event in this log` });
    return false;
  }

  private failRead(call: GrpcCall, error: unknown): void {
    this.context.logger.error({ err: error }, 'a read failed');
    if (error instanceof LogDamagedError) call.fail({ code: GrpcStatus.DATA_LOSS, message: error.message });
    else call.fail({ code: GrpcStatus.INTERNAL, message: 'the read failed unexpectedly; see the log of the server' });
  }
}
