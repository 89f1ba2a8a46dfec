import { isRefusal, type Decider, type DecisionContext, type DomainEvent, type Refusal } from '@ledger/kernel';

/** given(past events).when(command).then(...): a decision told as a story. */
export function scenario<C, E extends DomainEvent, S>(decider: Decider<C, E, S>, context: DecisionContext) {
  return {
    given: (...past: E[]) => ({
      when: (command: C) => {
        const state = past.reduce(decider.evolve, decider.initialState());
        const outcome = decider.decide(command, state, context);
        return {
          outcome,
          then: (...expected: E[]) => expect(outcome).toEqual(expected),
          thenEvents: () => {
            if (isRefusal(outcome)) throw new Error(`refused: ${outcome.refused} ${JSON.stringify(outcome.details)}`);
            return outcome;
          },
          thenRefused: (code: string, details?: Record<string, string>) => {
            expect(outcome).toMatchObject({ refused: code } satisfies Partial<Refusal>);
            if (details) expect(outcome).toMatchObject({ details });
          },
        };
      },
    }),
  };
}
