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
import { HealthController } from './health/health.controller.js';
import { Metrics } from './health/metrics.js';
import { ReadinessLook } from './health/readiness.js';
import { InputPipe } from './http/input-pipe.js';
import { Positions } from './http/positions.js';
import { OptionalTokenGuard, TokenGuard } from './http/token-guard.js';
import { Imports } from './imports/imports.js';
import { ImportsController } from './imports/imports.controller.js';
import { UploadGate } from './imports/upload-gate.js';
import { Answers } from './queries/answers.js';
import { AskProjectionHandler } from './queries/ask-projection.js';
import { AssociationsController } from './queries/associations.controller.js';
import { Clocks } from './queries/clocks.js';
import { FundsController } from './queries/funds.controller.js';
import { People } from './queries/people.js';
import { PeopleController } from './queries/people.controller.js';
import { PromisesController } from './queries/promises.controller.js';
import { RegisteredThingsController } from './queries/registered-things.controller.js';
import { StatementsController } from './queries/statements.controller.js';

export const COMMAND_CONTROLLERS = [AssociationCommandsController, FundCommandsController, FundReceiptsController, FundPaymentsController, RegistrationsController] as const;
export const QUERY_CONTROLLERS = [AssociationsController, FundsController, PeopleController, RegisteredThingsController, StatementsController, PromisesController] as const;

/** Everything behind the HTTP edge, around the parts that the process brings along. */
@Module({})
export class ApiModule {
  static around(parts: ApiParts): DynamicModule {
    return {
      module: ApiModule,
      imports: [LedgerModule.over(parts.ledger)],
      controllers: [...COMMAND_CONTROLLERS, ...QUERY_CONTROLLERS, HealthController, ImportsController],
      providers: [...providersOf(parts), Submission, TokenGuard, OptionalTokenGuard, Answers, AskProjectionHandler, Clocks, People, ReadinessLook, Imports, UploadGate],
    };
  }
}

function providersOf(parts: ApiParts): Provider[] {
  return [
    { provide: PARTS, useValue: parts },
    { provide: Metrics, useValue: parts.metrics },
    { provide: Positions, useValue: new Positions(parts.store) },
    { provide: APP_PIPE, useClass: InputPipe },
  ];
}
