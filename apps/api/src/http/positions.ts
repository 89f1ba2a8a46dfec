import { Injectable } from '@nestjs/common';
import type { EventStore } from '@ledger/event-store';
import { Problem } from './problem.js';

const FORM = /^([0-9a-f]{8})-(0|[1-9][0-9]{0,18})$/;

/** `<first 8 of the log's id>-<commit position>`. */
export function positionToken(logId: string, position: bigint): string {
  return `${logId.slice(0, 8)}-${position}`;
}

/** Positions as clients see them: they name their log, because a number says nothing about another one. */
@Injectable()
export class Positions {
  private log: string | undefined;
  constructor(private readonly store: Pick<EventStore, 'logId'>) {}

  async token(position: bigint): Promise<string> {
    return positionToken(await this.logId(), position);
  }

  /** The position that a token means in this log, and the log's id. Throws Problems. */
  async placeOf(token: string): Promise<{ readonly position: bigint; readonly logId: string }> {
    const match = FORM.exec(token);
    if (!match) throw new Problem(400, 'position_malformed');
    const logId = await this.logId();
    if (match[1] !== logId.slice(0, 8)) throw new Problem(409, 'position_of_another_log');
    return { position: BigInt(match[2]!), logId };
  }

  private async logId(): Promise<string> {
    this.log ??= await this.store.logId();
    return this.log;
  }
}
