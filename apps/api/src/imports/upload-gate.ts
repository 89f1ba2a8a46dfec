import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { catchError, from, mergeMap, throwError, type Observable } from 'rxjs';
import { Problem } from '../http/problem.js';
import { Imports } from './imports.js';
import type { UploadRequest } from './upload-storage.js';

/** Before the first byte of an upload: is it one, and is there room? Removes what came of one that fails. */
@Injectable()
export class UploadGate implements NestInterceptor {
  constructor(private readonly imports: Imports) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<UploadRequest>();
    if (!/^multipart\/form-data *;/i.test(request.headers['content-type'] ?? '')) {
      throw new Problem(415, 'content_type_not_supported', { details: { expected: 'multipart/form-data' } });
    }
    const upload = (request.upload = await this.imports.beginUpload());
    return next.handle().pipe(
      catchError((error: unknown) => from(this.imports.dropUpload(upload)).pipe(mergeMap(() => throwError(() => error)))),
    );
  }
}
