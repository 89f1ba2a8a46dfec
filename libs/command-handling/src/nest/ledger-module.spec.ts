import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import type { CommandAnswer, Ledger, Submission } from '../ledger.js';
import { ExecuteLedgerCommand, LedgerModule } from './ledger-module.js';

const answer: CommandAnswer = { kind: 'busy', retryAfterSeconds: 1 };
const submission: Submission = { commandId: 'c', actorId: 'a', command: { type: 'CloseBooks', fundId: 'f', through: '2023-12-31' } };

class RecordingLedger implements Ledger {
  readonly executed: Submission[] = [];

  async execute(executed: Submission): Promise<CommandAnswer> {
    this.executed.push(executed);
    return answer;
  }
}

@CommandHandler(ExecuteLedgerCommand)
class SecondHandler implements ICommandHandler<ExecuteLedgerCommand> {
  async execute(): Promise<CommandAnswer> {
    return answer;
  }
}

@Module({ providers: [SecondHandler] })
class ModuleWithSecondHandler {}

describe('LedgerModule', () => {
  it('brings commands from the bus to the ledger and the answer back', async () => {
    const ledger = new RecordingLedger();
    const app = await (await Test.createTestingModule({ imports: [LedgerModule.over(ledger)] }).compile()).init();
    expect(await app.get(CommandBus).execute(new ExecuteLedgerCommand(submission))).toBe(answer);
    expect(ledger.executed).toEqual([submission]);
    await app.close();
  });

  it('does not start where two handle one command', async () => {
    const compiled = await Test.createTestingModule({ imports: [LedgerModule.over(new RecordingLedger()), ModuleWithSecondHandler] }).compile();
    await expect(compiled.init()).rejects.toThrow(/both handle ExecuteLedgerCommand/);
  });
});
