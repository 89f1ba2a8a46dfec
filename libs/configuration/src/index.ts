export { VARIABLES, type Variable, type VariableName } from './variables.js';
export { LOG_LEVELS, SHORTEST_TOKEN, demandConfiguration, instanceFile, readConfiguration, type Configuration, type LogLevel, type Token } from './configuration.js';
export { loadTokens, tokenRegister } from './tokens.js';
export { removeInstance, runningInstance, serversOf, writeInstance, type Instance, type Servers } from './instance.js';
export { noteUnfinishedRestore, removeUnfinishedRestore, unfinishedRestore } from './unfinished-restore.js';
export { builtProgram, projectRoot } from './built-program.js';
export { createLogger, createAccessLogger, type Logger } from './logger.js';
