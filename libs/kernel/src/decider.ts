import type { Refusal } from './refusal.js';

/** An event before it is stored: `type` names its shape for ever, `data` is canonical JSON. */
export interface DomainEvent<Type extends string = string, Data extends object = object> {
  readonly type: Type;
  readonly data: Readonly<Data>;
}

/** What is needed besides command and state, passed in so that a decision stays pure. */
export interface DecisionContext {
  /** Today in Vietnam; nothing is dated after it. */
  readonly today: string;
}

/** Pure decisions over one stream. `decide` never throws for bad business input: it answers a refusal. */
export interface Decider<Command, Event extends DomainEvent, State> {
  readonly initialState: () => State;
  readonly decide: (command: Command, state: State, context: DecisionContext) => readonly Event[] | Refusal;
  /** May change and return the given state: folds are private to their owner. */
  readonly evolve: (state: State, event: Event) => State;
}
