import { Controller, Get, HttpCode, Param, Post, Req, Res, UseGuards, UseInterceptors } from '@nestjs/common';
import { AnyFilesInterceptor } from '@nestjs/platform-express';
import { ApiAcceptedResponse, ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { csvName, FILE_NAMES } from '@ledger/dataset';
import { dryRunOf } from '../commands/command-request.js';
import { TokenGuard } from '../http/token-guard.js';
import { Imports } from './imports.js';
import { UploadGate } from './upload-gate.js';
import { uploadStorage, type UploadRequest } from './upload-storage.js';

const FILES = Object.fromEntries(FILE_NAMES.map((name) => [csvName(name), { type: 'string', format: 'binary' }]));
const IMPORT = { 'application/json': { schema: { $ref: '#/components/schemas/Import' } } };
/** One more than a set has, so that one too many is told by its name. */
const MOST_FILES = FILE_NAMES.length + 1;

@Controller('imports')
@ApiTags('imports')
@UseGuards(TokenGuard)
export class ImportsController {
  constructor(private readonly imports: Imports) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    operationId: 'startImport', summary: 'Nhập một bộ dữ liệu CSV · Import a data set: checked as a whole first, idempotent by row',
    'x-soquy-kind': 'upload',
  } as object)
  @ApiConsumes('multipart/form-data')
  @ApiBody({ schema: { type: 'object', properties: FILES } })
  @ApiQuery({ name: 'dryRun', required: false, schema: { type: 'boolean', default: false }, description: 'Only check.' })
  @ApiAcceptedResponse({ description: 'Received; ask at Location how it goes.', headers: { Location: { schema: { type: 'string' } } }, content: IMPORT })
  @UseInterceptors(UploadGate, AnyFilesInterceptor({ storage: uploadStorage, limits: { files: MOST_FILES, fields: 0, parts: MOST_FILES } }))
  start(@Req() request: UploadRequest, @Res({ passthrough: true }) response: Response): object {
    const { actorId, correlationId, language } = request.soquy;
    const job = this.imports.start(request.upload!, { actorId: actorId!, correlationId, dryRun: dryRunOf(request) });
    response.setHeader('Location', `/imports/${job.wishes.id}`);
    return job.shown(language);
  }

  @Get(':import')
  @ApiOperation({
    operationId: 'getImport', summary: 'Một lần nhập đến đâu · How an import goes: state, progress, faults by file, line and column',
    description: 'Known to the api process that took the upload, for as long as it runs. What was booked is in the ledger: the same upload, to whichever process, goes on from there. `position` covers the rows that this run booked.',
    'x-soquy-kind': 'protected', 'x-soquy-refusals': ['import_not_found'],
  } as object)
  @ApiOkResponse({ content: IMPORT })
  one(@Param('import') id: string, @Req() request: Request): object {
    return this.imports.find(id).shown(request.soquy.language);
  }
}
