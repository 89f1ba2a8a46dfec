import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { LedgerModule } from '@ledger/command-handling';
import { PARTS, type ApiParts } from './api-parts.js';
import { AssociationCommandsController } from './commands/association-commands.controller.js';
import { FundCommandsController } from './commands/fund-commands.controller.js';
import { FundPaymentsController } from './commands/fund-payments.controller.js';
import { FundReceiptsController } from './commands/fund-receipts.controller.js';
import { RegistrationsController } from './commands/registrations.controller.js';
import { Submission } from './commands/submission.js';
import { Metrics } from './health/metrics.js';
import { InputPipe } from './http/input-pipe.js';
import { Positions } from './http/positions.js';
import { OptionalTokenGuard, TokenGuard } from './http/token-guard.js';
import { Tokens } from './http/tokens.js';

/** Everything behind the HTTP edge, around the parts that the process brings along. */
@Module({})
export class ApiModule {
  static around(parts: ApiParts): DynamicModule {
    return {
      module: ApiModule,
      imports: [LedgerModule.over(parts.ledger)],
      controllers: [
        AssociationCommandsController, FundCommandsController, FundReceiptsController, FundPaymentsController, RegistrationsController,
      ],
      providers: [...providersOf(parts), Metrics, Submission, TokenGuard, OptionalTokenGuard],
    };
  }
}

function providersOf(parts: ApiParts): Provider[] {
  return [
    { provide: PARTS, useValue: parts },
    { provide: Tokens, useValue: new Tokens(parts.tokens) },
    { provide: Positions, useValue: new Positions(parts.store) },
    { provide: APP_PIPE, useClass: InputPipe },
  ];
}
