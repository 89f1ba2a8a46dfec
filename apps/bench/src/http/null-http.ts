import { createServer } from 'node:http';

// A server that does nothing but answer: what a client reaches against it is the client's own ceiling. It reads the
// body, as every server must, and answers as much as a command's answer has.

const ANSWER = JSON.stringify({ answer: 'x'.repeat(900) });

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    response.writeHead(201, { 'content-type': 'application/json', 'content-length': String(ANSWER.length) });
    response.end(ANSWER);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address !== 'string') process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${address.port}` })}\n`);
});
