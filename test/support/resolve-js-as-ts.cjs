// Jest applies moduleNameMapper to specs, but not to globalSetup: there `./x.js` has to find `./x.ts` too.
const Module = require('node:module');

const resolve = Module._resolveFilename;
Module._resolveFilename = function resolveJsAsTs(request, parent, ...rest) {
  try {
    return resolve.call(this, request, parent, ...rest);
  } catch (error) {
    if (!/^\.{1,2}\/.*\.js$/.test(request)) throw error;
    return resolve.call(this, request.replace(/\.js$/, '.ts'), parent, ...rest);
  }
};
