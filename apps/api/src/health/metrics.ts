import { Counter, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { CommandAnswer } from '@ledger/command-handling';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5];

/** What Prometheus may ask of this process. Labels come from closed lists only, so that their number stays bounded. */
export class Metrics {
  readonly registry = new Registry();

  private readonly commands = new Counter({
    name: 'soquy_commands_total', help: 'Commands by type and outcome.', labelNames: ['command', 'outcome'], registers: [this.registry],
  });

  private readonly commandSeconds = new Histogram({
    name: 'soquy_command_seconds', help: 'From a checked command to its outcome.', labelNames: ['command'], buckets: SECONDS, registers: [this.registry],
  });

  private readonly appendCommands = new Histogram({
    name: 'soquy_append_commands', help: 'Commands decided for one append, by how it ended.', labelNames: ['outcome'],
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 400], registers: [this.registry],
  });

  private readonly requestSeconds = new Histogram({
    name: 'soquy_http_request_seconds', help: 'From the first header to the last byte of the answer.', labelNames: ['method', 'route', 'status'],
    buckets: SECONDS, registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  private readonly outcomes = new Map<string, Counter.Internal>();
  private readonly durations = new Map<string, Histogram.Internal<string>>();
  private readonly requests = new Map<string, Histogram.Internal<string>>();

  command(type: string, answer: CommandAnswer, seconds: number): void {
    const outcome = outcomeOf(answer);
    once(this.outcomes, `${type} ${outcome}`, () => this.commands.labels({ command: type, outcome })).inc();
    once(this.durations, type, () => this.commandSeconds.labels({ command: type })).observe(seconds);
  }

  append({ commands, outcome }: { readonly commands: number; readonly outcome: string }): void {
    this.appendCommands.observe({ outcome }, commands);
  }

  request(route: string, method: string, status: number, seconds: number): void {
    const named = METHODS.has(method) ? method : 'other';
    once(this.requests, `${named} ${status} ${route}`, () => this.requestSeconds.labels({ method: named, route, status: String(status) })).observe(seconds);
  }
}

/** The child of a metric for some labels: to find it by its labels takes longer than to count. */
function once<Child>(children: Map<string, Child>, labels: string, make: () => Child): Child {
  let child = children.get(labels);
  if (child === undefined) children.set(labels, (child = make()));
  return child;
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'OPTIONS']);

function outcomeOf(answer: CommandAnswer): string {
  if (answer.kind === 'accepted') return answer.repeated ? 'repeated' : 'accepted';
  return answer.kind === 'refused' ? answer.refusal.refused : answer.kind;
}
