import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { AppendOutcome, EventLog, FlushReport } from './storage/index.js';

const SYNC_SECONDS = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5];

/** What Prometheus is told; one registry per server, so that several can run in one process. */
export class ServerMetrics {
  readonly registry = new Registry();
  private readonly appends = new Counter({
    name: 'eventstore_appends_total',
    help: 'Appends by outcome.',
    labelNames: ['outcome'],
    registers: [this.registry],
  });
  private readonly eventsWritten = this.counter('eventstore_events_written_total', 'Events made durable.');
  private readonly bytesWritten = this.counter('eventstore_bytes_written_total', 'Bytes of log made durable.');
  private readonly bytesSent = this.counter('eventstore_bytes_read_total', 'Bytes of events sent to readers and subscribers.');
  private readonly flushes = this.counter('eventstore_flushes_total', 'Group commits.');
  private readonly syncSeconds = new Histogram({
    name: 'eventstore_fsync_seconds',
    help: 'Duration of fdatasync.',
    buckets: SYNC_SECONDS,
    registers: [this.registry],
  });
  private readonly subscriberGauge = this.gauge('eventstore_subscribers', 'Subscriptions that are open.');
  private readonly connectionGauge = this.gauge('eventstore_connections', 'HTTP/2 connections that are open.');

  observeFlush(report: FlushReport): void {
    this.flushes.inc();
    this.eventsWritten.inc(report.events);
    this.bytesWritten.inc(report.bytes);
    this.syncSeconds.observe(report.syncMs / 1000);
  }

  countAppend(outcome: AppendOutcome): void {
    const label = outcome.kind === 'refused' ? outcome.code : outcome.kind === 'appended' && outcome.idempotent ? 'idempotent' : outcome.kind;
    this.appends.inc({ outcome: label });
  }

  /** An append that did not reach the log. */
  countRefusedAppend(reason: string): void {
    this.appends.inc({ outcome: reason });
  }

  countSent(bytes: number): void {
    this.bytesSent.inc(bytes);
  }

  setSubscribers(count: number): void {
    this.subscriberGauge.set(count);
  }

  /** Adds what is read from the log and the server at the moment of a scrape. */
  watch(log: EventLog, connections: () => number, bytesInFlight: () => number): void {
    const collect = (gauge: Gauge, read: () => number): void => {
      Object.assign(gauge, { collect: () => gauge.set(read()) });
    };
    collect(this.gauge('eventstore_events', 'Events in the log.'), () => log.stats().events);
    collect(this.gauge('eventstore_streams', 'Streams in the log.'), () => log.stats().streams);
    collect(this.gauge('eventstore_log_bytes', 'Bytes of the log.'), () => log.stats().bytes);
    collect(this.gauge('eventstore_index_bytes', 'Memory of the index in bytes.'), () => log.stats().indexBytes);
    collect(this.gauge('eventstore_queued_appends', 'Appends that wait for the disk.'), () => log.stats().queuedAppends);
    collect(this.gauge('eventstore_queued_bytes', 'Bytes that wait for the disk.'), () => log.stats().queuedBytes);
    collect(this.gauge('eventstore_in_flight_bytes', 'Received bytes of appends that are not yet answered.'), bytesInFlight);
    collect(this.connectionGauge, connections);
  }

  private counter(name: string, help: string): Counter {
    return new Counter({ name, help, registers: [this.registry] });
  }

  private gauge(name: string, help: string): Gauge {
    return new Gauge({ name, help, registers: [this.registry] });
  }
}
