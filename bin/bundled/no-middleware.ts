/**
 * Stands in the bundles for three modules of the AWS SDK that take part in each request: its log, the protection against
 * functions that call themselves, and the header `user-agent`. Functions take them away (functions/realtime/aws-clients.ts).
 */
const plugin = () => ({ applyToStack() {} });
const nothing = undefined;

export {
  nothing as getUserAgentMiddlewareOptions,
  nothing as loggerMiddleware,
  nothing as loggerMiddlewareOptions,
  nothing as userAgentMiddleware,
  plugin as getLoggerPlugin,
  plugin as getRecursionDetectionPlugin,
  plugin as getUserAgentPlugin,
};
