export { type ObjectSchema, objectSchemaOf } from './object-schema.js';
export { passGate } from './pass-gate.js';
export type { RegisteredTool } from './registered-tool.js';
export { placedCalls } from './calls/placed-calls.js';
export type {
  ExposedTool,
  PerformedHandoff,
  PerformedToolCall,
  PlacedToolCall,
  RequestedToolCall,
} from './calls/tool-calls.js';
export { type ToolDescription, ToolService } from './tool.service.js';
export { ToolSet } from './tool-set.js';
export { type ToolOwner, ToolRegistry, type ToolSelection } from './tool-registry.js';
export { askUser, type AskUserOptions } from './ask-user.js';
export { builtInTool } from './built-in-tool.js';
export { GivenTools, nothingProvided, type Provided } from './given-tools.js';
export { DiscoveredTools } from './discovered-tools.js';
export { toolProviders } from './tool.providers.js';
export { TOOL_SOURCES, ToolSource } from './tool-source.js';
export { stateTools } from './state-tools.js';
