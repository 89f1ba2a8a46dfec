import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import swaggerUiFolder from 'swagger-ui-dist/absolute-path.js';
import type { Express, Request, Response } from 'express';
import { apiDocument } from './api-document.js';

const UI_FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

const PAGE = `<!DOCTYPE html>
<html lang="vi">
<head><meta charset="utf-8"><title>Sổ Quỹ API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css"><link rel="icon" href="/docs/favicon-32x32.png"></head>
<body><div id="page"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body>
</html>
`;

const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#page', deepLinking: true, validatorUrl: null, docExpansion: 'list' });
`;

/** GET /openapi.json, and GET /docs to try it: Swagger UI from the installed package, nothing from elsewhere. */
export function serveOpenApi(app: NestExpressApplication): void {
  const express: Express = app.getHttpAdapter().getInstance();
  let text: string | undefined;
  express.get('/openapi.json', (_: Request, response: Response) => {
    text ??= JSON.stringify(apiDocument(app));
    response.type('application/json').send(text);
  });
  express.get('/docs', (_: Request, response: Response) => void response.type('text/html; charset=utf-8').send(PAGE));
  express.get('/docs/start.js', (_: Request, response: Response) => void response.type('text/javascript').send(START));
  const folder = swaggerUiFolder();
  for (const file of UI_FILES) express.get(`/docs/${file}`, (_: Request, response: Response) => response.sendFile(join(folder, file)));
}
