import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Gauge } from 'prom-client';
import { PARTS, type ApiParts } from '../api-parts.js';
import { reportOf } from '../http/error-report.js';
import { eventsBehind, MOST_EVENTS_COUNTED } from './event-lag.js';
import { Metrics } from './metrics.js';
import { lagSecondsOf, ReadinessLook, type Readiness } from './readiness.js';

@Controller()
@ApiTags('operation')
export class HealthController {
  private readonly lagSeconds: Gauge;
  private readonly lagEvents: Gauge;
  private readonly projected: Gauge;

  constructor(
    private readonly readiness: ReadinessLook,
    private readonly metrics: Metrics,
    @Inject(PARTS) private readonly parts: ApiParts,
  ) {
    const registers = [metrics.registry];
    this.lagSeconds = new Gauge({ name: 'soquy_projection_lag_seconds', help: 'Age of the newest event reflected while behind, else 0.', labelNames: ['projection'], registers });
    this.lagEvents = new Gauge({ name: 'soquy_projection_lag_events', help: `Events of the log that the projection does not reflect yet; ${MOST_EVENTS_COUNTED} means so many or more.`, labelNames: ['projection'], registers });
    this.projected = new Gauge({ name: 'soquy_projection_events', help: 'Events of the log that the projection reflects.', labelNames: ['projection'], registers });
    new Gauge({
      name: 'soquy_commands_in_process', help: 'Commands that this process has taken and not answered yet.', registers,
      collect(): void { this.set(parts.ledger.statistics().commandsInProcess); },
    });
  }

  @Get('health/live')
  @ApiOperation({ operationId: 'getLiveness', summary: 'Tiến trình còn chạy · The process runs' })
  @ApiOkResponse({ content: { 'application/json': { schema: { type: 'object', properties: { live: { type: 'boolean' } } } } } })
  live(): { readonly live: true } {
    return { live: true };
  }

  @Get('health/ready')
  @ApiOperation({ operationId: 'getReadiness', summary: 'Mọi phần đã sẵn sàng chưa · Whether every part serves, each with its lag and what stopped it' })
  @ApiOkResponse({ description: 'Everything serves.', content: { 'application/json': { schema: { type: 'object' } } } })
  @ApiServiceUnavailableResponse({ description: 'Some part does not; the body says which.', content: { 'application/json': { schema: { type: 'object' } } } })
  async ready(@Res({ passthrough: true }) response: Response): Promise<Readiness> {
    const readiness = await this.readiness.look();
    response.status(readiness.ready ? 200 : 503).setHeader('Cache-Control', 'no-store');
    return readiness;
  }

  @Get('metrics')
  @ApiOperation({ operationId: 'getMetrics', summary: 'Số đo cho Prometheus · Metrics for Prometheus' })
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string' } } } })
  async scrape(@Res({ passthrough: true }) response: Response): Promise<string> {
    await this.measureLag();
    response.type(this.metrics.registry.contentType);
    return this.metrics.registry.metrics();
  }

  /** Without Postgres or the event store the lag is unknown: the gauges are then left out rather than left standing. */
  private async measureLag(): Promise<void> {
    this.lagSeconds.reset();
    this.lagEvents.reset();
    this.projected.reset();
    const builds = await this.readiness.liveBuilds().catch((error: unknown) => {
      this.parts.logger.warn(reportOf(error), 'projection lag is not known');
      return [];
    });
    const behind = await eventsBehind(this.parts.store, builds).catch((error: unknown) => {
      this.parts.logger.warn(reportOf(error), 'the lag in events is not known');
      return new Map<string, number>();
    });
    for (const build of builds) {
      this.lagSeconds.set({ projection: build.name }, lagSecondsOf(build, this.parts.clock.now().getTime()));
      this.projected.set({ projection: build.name }, Number(build.events));
      const events = behind.get(build.name);
      if (events !== undefined) this.lagEvents.set({ projection: build.name }, events);
    }
  }
}
