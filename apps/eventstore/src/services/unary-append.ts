import type { Principal } from '../access/access-control.js';
import type { AppendOutcome, ProposedEvent } from '../storage/index.js';
import type { GrpcCall } from '../transport/grpc-call.js';
import { GrpcStatus } from '../transport/grpc-status.js';
import { appendConflictFrame, appendSuccessFrame, readAppendMessage, type AppendMessage } from '../wire/append-codec.js';
import type { AppendTarget } from '../wire/append-target.js';
import { MissingProperty } from '../wire/proposed-event.js';
import { MalformedMessage } from '@ledger/protobuf';
import { breaksTheCall, refusalFault, unaryFailure, type AppendFault } from './append-failures.js';
import { readTimeout } from './call-timeout.js';
import type { ServiceContext } from './service-context.js';

/** One Append call: options, then events, then the client's half close, then one answer. */
export class UnaryAppendCall {
  private target: AppendTarget | undefined;
  private events: ProposedEvent[] = [];
  private dataBytes = 0;
  private gatheredBytes = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly context: ServiceContext,
    private readonly call: GrpcCall,
    private readonly principal: Principal,
  ) {
    const wait = Math.min(readTimeout(call.headers) ?? Infinity, context.limits.appendArrivalMs);
    this.timer = setTimeout(() => this.refuse({ kind: 'timed_out', stage: 'the append did not arrive in time' }), wait);
    this.timer.unref();
    call.onClose(() => this.release());
    call.receiveMany(
      (message) => this.onMessage(message),
      () => this.submit(),
    );
  }

  private onMessage(bytes: Buffer): void {
    if (!this.context.budget.gather(bytes.length)) {
      this.refuse({ kind: 'server_cannot_take_it', message: 'too many bytes of unfinished appends' });
      return;
    }
    this.gatheredBytes += bytes.length;
    const message = this.decode(bytes);
    if (message === undefined) return;
    if (message.kind === 'options') {
      this.target = message.target;
      if (!this.context.access.may(this.principal, 'write', message.target.stream)) this.refuse({ kind: 'access_denied' });
    } else this.addEvent(message.event);
  }

  private decode(bytes: Buffer): AppendMessage | undefined {
    try {
      return readAppendMessage(bytes);
    } catch (error) {
      if (error instanceof MissingProperty) this.refuse({ kind: 'event_lacks_property', property: error.property });
      else if (error instanceof MalformedMessage) this.refuse({ kind: 'bad_request', message: error.message });
      else throw error;
      return undefined;
    }
  }

  private addEvent(event: ProposedEvent): void {
    const { maxAppendBytes, maxAppendEvents } = this.context.limits;
    if (this.target === undefined) {
      this.refuse({ kind: 'bad_request', message: 'an event came before the options of its append' });
      return;
    }
    this.events.push(event);
    this.dataBytes += event.data.length;
    if (this.dataBytes > maxAppendBytes) this.refuse({ kind: 'append_exceeds_maximum_size', maxAppendBytes });
    else if (this.events.length > maxAppendEvents) {
      this.refuse({ kind: 'bad_request', message: `an append has at most ${maxAppendEvents} events` });
    }
  }

  private submit(): void {
    const { target, context, call } = this;
    if (target === undefined) {
      this.refuse({ kind: 'bad_request', message: 'an append without options' });
      return;
    }
    clearTimeout(this.timer);
    const bytes = this.gatheredBytes;
    context.budget.take(call.connection, bytes);
    context.log.append(target.stream, target.expected, this.events).then(
      (outcome) => {
        context.budget.release(call.connection, bytes);
        context.metrics.countAppend(outcome);
        this.answer(target, outcome);
      },
      (bug: unknown) => {
        context.budget.release(call.connection, bytes);
        context.logger.error({ err: bug, stream: target.stream }, 'an append failed unexpectedly');
        call.fail({ code: GrpcStatus.INTERNAL, message: 'the append failed unexpectedly; see the log of the server' });
      },
    );
  }

  private answer(target: AppendTarget, outcome: AppendOutcome): void {
    switch (outcome.kind) {
      case 'appended':
        this.call.write(appendSuccessFrame(outcome.lastRevision, outcome.position));
        this.call.finish();
        return;
      case 'wrong_expected_version':
        this.call.write(appendConflictFrame(target, outcome.current));
        this.call.finish();
        return;
      case 'stream_deleted':
        this.call.fail(unaryFailure({ kind: 'stream_deleted', stream: target.stream }));
        return;
      case 'refused':
        if (breaksTheCall(outcome.code)) this.call.cancel();
        else this.call.fail(unaryFailure(refusalFault(outcome)));
    }
  }

  private refuse(fault: AppendFault): void {
    if (this.call.finished) return;
    this.context.metrics.countRefusedAppend(fault.kind);
    this.call.fail(unaryFailure(fault));
    this.release();
  }

  /** Gives back what was gathered; runs when the call is refused and when its stream is gone. */
  private release(): void {
    clearTimeout(this.timer);
    this.context.budget.gathered(this.gatheredBytes);
    this.gatheredBytes = 0;
    this.events = [];
  }
}
