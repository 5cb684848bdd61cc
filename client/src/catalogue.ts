export type { TypeRule } from '@belfry/functions/policy';
export {
  type Catalogue,
  define,
  defineCatalogue,
  type MetadataOf,
  type NotificationOf,
  type NotificationText,
  type NotificationType,
  type Renderers,
  type TypeName,
} from './catalogue/define-catalogue.ts';
export type { StandardSchema } from './catalogue/standard-schema.ts';
export { type Checked, withSchemas } from './catalogue/with-schemas.ts';
