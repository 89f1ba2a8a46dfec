export { VARIABLES, type Variable, type VariableName } from './variables.js';
export { LOG_LEVELS, SHORTEST_TOKEN, readConfiguration, type Configuration, type LogLevel, type Token } from './configuration.js';
export { loadTokens, tokenRegister } from './tokens.js';
export { removeInstance, runningInstance, writeInstance, type Instance } from './instance.js';
export { createLogger, type Logger } from './logger.js';
