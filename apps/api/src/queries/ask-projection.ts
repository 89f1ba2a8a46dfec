import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Reflected, SqlRunner } from '@ledger/projection-runtime';
import { PARTS, type ApiParts } from '../api-parts.js';

/** One question on the query bus. What to ask is the projection's own function; the answer says how far it reflects the log. */
export class AskProjection<Value> extends Query<Reflected<Value>> {
  constructor(readonly ask: (database: SqlRunner) => Promise<Reflected<Value>>) {
    super();
  }
}

@QueryHandler(AskProjection)
export class AskProjectionHandler implements IQueryHandler<AskProjection<unknown>> {
  constructor(@Inject(PARTS) private readonly parts: ApiParts) {}

  execute({ ask }: AskProjection<unknown>): Promise<Reflected<unknown>> {
    return ask(this.parts.database);
  }
}
