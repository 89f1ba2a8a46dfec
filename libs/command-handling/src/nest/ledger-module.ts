import { Inject, Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import { Command, CommandHandler, CqrsModule, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandAnswer, Ledger, Submission } from '../ledger.js';

/** The token that the ledger is provided under. */
export const LEDGER = Symbol('Ledger');

/** What the edge puts on the command bus, for every command of the ledger. */
export class ExecuteLedgerCommand extends Command<CommandAnswer> {
  constructor(readonly submission: Submission) {
    super();
  }
}

@CommandHandler(ExecuteLedgerCommand)
export class ExecuteLedgerCommandHandler implements ICommandHandler<ExecuteLedgerCommand> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  execute({ submission }: ExecuteLedgerCommand): Promise<CommandAnswer> {
    return this.ledger.execute(submission);
  }
}

// The keys that @nestjs/cqrs marks handlers with; the package does not export them.
const HANDLER_MARKS = ['__commandHandler__', '__queryHandler__'];

/** Of two handlers for one command or query the bus would silently take the last: that must not start. */
export class OneHandlerEach implements OnModuleInit {
  constructor(@Inject(DiscoveryService) private readonly discovery: DiscoveryService) {}

  onModuleInit(): void {
    const handlers = new Map<unknown, string>();
    for (const { metatype } of this.discovery.getProviders()) {
      if (typeof metatype !== 'function') continue;
      for (const mark of HANDLER_MARKS) {
        const handled: unknown = Reflect.getOwnMetadata(mark, metatype);
        if (handled === undefined) continue;
        const first = handlers.get(handled);
        if (first !== undefined) throw new Error(`${first} and ${metatype.name} both handle ${nameOf(handled)}`);
        handlers.set(handled, metatype.name);
      }
    }
  }
}

function nameOf(handled: unknown): string {
  return typeof handled === 'function' ? handled.name : String(handled);
}

/** The command bus over a ledger that the application has opened, and closes. */
@Module({})
export class LedgerModule {
  static over(ledger: Ledger): DynamicModule {
    return {
      module: LedgerModule,
      imports: [CqrsModule, DiscoveryModule],
      providers: [{ provide: LEDGER, useValue: ledger }, ExecuteLedgerCommandHandler, OneHandlerEach],
      exports: [LEDGER, CqrsModule],
    };
  }
}
