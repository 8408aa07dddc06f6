export { isNumber, type SchemaDialect } from './schema-dialect.js';
export { vendorSchema } from './vendor-schema.js';
