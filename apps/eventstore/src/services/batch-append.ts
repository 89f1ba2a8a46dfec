import type { Principal } from '../access/access-control.js';
import type { AppendOutcome } from '../storage/index.js';
import type { GrpcCall } from '../transport/grpc-call.js';
import { GrpcStatus } from '../transport/grpc-status.js';
import { emptyTarget, type AppendTarget } from '../wire/append-target.js';
import { readBatchAppend, writeBatchFault, writeBatchSuccess, type BatchAppendRequest } from '../wire/batch-append-codec.js';
import { MalformedMessage, ProtoWriter } from '@ledger/protobuf';
import { batchFault, breaksTheCall, refusalFault, type AppendFault } from './append-failures.js';
import { BatchGathering, type GatheredAppend } from './batch-gathering.js';
import type { ServiceContext } from './service-context.js';

/**
 * One BatchAppend call: many appends over one stream, answered in any order, each exactly once. Answers of
 * appends that became durable in one flush leave in one write.
 */
export class BatchAppendCall {
  private readonly answers = new ProtoWriter();
  private readonly gathering: BatchGathering;
  private outstanding = 0;
  private flushPlanned = false;
  private halfClosed = false;
  private paused = false;
  private readonly proceed = (): void => this.resume();

  constructor(
    private readonly context: ServiceContext,
    private readonly call: GrpcCall,
    private readonly principal: Principal,
  ) {
    this.gathering = new BatchGathering(context, (append, fault) => this.answerFault(append.correlation, append.target, fault));
    call.onClose(() => {
      this.gathering.dispose();
      context.budget.forget(call.connection, this.proceed);
    });
    call.receiveMany(
      (message) => this.onMessage(message),
      () => this.onHalfClose(),
    );
  }

  private onMessage(message: Buffer): void {
    const now = this.context.clock();
    let request: BatchAppendRequest;
    try {
      request = readBatchAppend(message, now, this.context.limits.maxAppendEvents);
    } catch (error) {
      if (!(error instanceof MalformedMessage)) throw error;
      this.call.fail({ code: GrpcStatus.INVALID_ARGUMENT, message: error.message });
      return;
    }
    const verdict = this.gathering.add(request, message.length, now);
    if (verdict === 'incomplete') return;
    if (verdict === 'unknown_correlation') {
      const fault: AppendFault = { kind: 'bad_request', message: 'a part of an append whose options never came' };
      this.answerFault(request.correlation, emptyTarget(), fault);
    } else if (verdict === 'too_many_unfinished') {
      this.call.fail({ code: GrpcStatus.RESOURCE_EXHAUSTED, message: 'too many unfinished appends in one call' });
    } else this.submit(verdict);
  }

  private submit(append: GatheredAppend): void {
    const { correlation, target, bytes } = append;
    if (!this.context.access.may(this.principal, 'write', target.stream)) {
      this.answerFault(correlation, target, { kind: 'access_denied' });
      return;
    }
    const { budget } = this.context;
    const { connection } = this.call;
    budget.take(connection, bytes);
    this.outstanding++;
    this.context.log.append(target.stream, target.expected, append.events).then(
      (outcome) => {
        budget.release(connection, bytes);
        this.outstanding--;
        this.answer(correlation, target, outcome);
      },
      (bug: unknown) => {
        budget.release(connection, bytes);
        this.outstanding--;
        this.context.logger.error({ err: bug, stream: target.stream }, 'an append failed unexpectedly');
        this.call.fail({ code: GrpcStatus.INTERNAL, message: 'the append failed unexpectedly; see the log of the server' });
      },
    );
    if (!budget.hasRoom(connection)) this.pause();
  }

  private answer(correlation: Buffer, target: AppendTarget, outcome: AppendOutcome): void {
    this.context.metrics.countAppend(outcome);
    switch (outcome.kind) {
      case 'appended':
        writeBatchSuccess(this.answers, correlation, target, outcome.lastRevision, outcome.position);
        this.planFlush();
        return;
      case 'wrong_expected_version':
        this.writeFault(correlation, target, { kind: 'wrong_expected_version', target, current: outcome.current });
        return;
      case 'stream_deleted':
        this.writeFault(correlation, target, { kind: 'stream_deleted', stream: target.stream });
        return;
      case 'refused':
        if (breaksTheCall(outcome.code)) this.call.cancel();
        else this.writeFault(correlation, target, refusalFault(outcome));
    }
  }

  private answerFault(correlation: Buffer, target: AppendTarget, fault: AppendFault): void {
    this.context.metrics.countRefusedAppend(fault.kind);
    this.writeFault(correlation, target, fault);
  }

  private writeFault(correlation: Buffer, target: AppendTarget, fault: AppendFault): void {
    writeBatchFault(this.answers, correlation, target, batchFault(fault));
    this.planFlush();
  }

  /** All answers of one flush of the log come in one run of microtasks; the next tick writes them together. */
  private planFlush(): void {
    if (this.flushPlanned) return;
    this.flushPlanned = true;
    process.nextTick(() => this.flush());
  }

  private flush(): void {
    this.flushPlanned = false;
    const mayContinue = this.call.write(this.answers.take());
    if (this.halfClosed) this.finishWhenAnswered();
    else if (!mayContinue && !this.call.finished) this.pause();
  }

  /** Stops taking appends until answers leave and the disk has caught up: a client that does not read holds no growth. */
  private pause(): void {
    if (this.paused) return;
    this.paused = true;
    this.call.pause();
    this.resumeWhenPossible();
  }

  private resumeWhenPossible(): void {
    this.call.onDrain(() => {
      if (this.call.finished) return;
      if (this.context.budget.hasRoom(this.call.connection)) this.resume();
      else this.context.budget.whenRoom(this.call.connection, this.proceed);
    });
  }

  private resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.call.resume();
  }

  private onHalfClose(): void {
    this.halfClosed = true;
    this.gathering.dispose();
    if (!this.flushPlanned) this.finishWhenAnswered();
  }

  private finishWhenAnswered(): void {
    if (this.outstanding === 0 && !this.flushPlanned) this.call.finish();
  }
}
