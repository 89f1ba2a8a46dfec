import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ExecuteLedgerCommand, type Secrets } from '@ledger/command-handling';
import type { LedgerCommand } from '@ledger/fund-ledger';
import { Metrics } from '../health/metrics.js';
import { Positions } from '../http/positions.js';
import { foresee, problemOf, replyTo, type Reply } from './command-reply.js';
import type { CommandRequest } from './command-request.js';

export interface SubmitOptions {
  /** Fields of the command that came from the path. */
  readonly addressed?: readonly string[];
  readonly secrets?: Secrets;
  /** Path of the thing that the command made. */
  readonly location?: string;
}

/** From a request to the ledger and back: the one way of every command endpoint. */
@Injectable()
export class Submission {
  constructor(
    private readonly bus: CommandBus,
    private readonly positions: Positions,
    private readonly metrics: Metrics,
  ) {}

  async submit(request: CommandRequest, command: LedgerCommand, options: SubmitOptions = {}): Promise<Reply> {
    const { commandId, actorId, correlationId, ifMatch, dryRun, response } = request;
    const started = process.hrtime.bigint();
    const answer = await this.bus.execute(new ExecuteLedgerCommand({
      commandId, actorId, command, correlationId, dryRun,
      ...(ifMatch === undefined ? {} : { ifMatch }),
      ...(options.secrets === undefined ? {} : { secrets: options.secrets }),
    }));
    this.metrics.command(command.type, answer, Number(process.hrtime.bigint() - started) / 1e9);
    if (answer.kind === 'would_be_accepted') return foresee(answer, response);
    if (answer.kind !== 'accepted') throw problemOf(answer, options.addressed ?? []);
    if (options.location !== undefined) response.setHeader('Location', options.location);
    return replyTo(answer, command, await this.positions.token(answer.position), response);
  }
}
