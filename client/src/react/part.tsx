import { type ComponentProps, type ComponentType, isValidElement } from 'react';
import { Guard } from './guard.tsx';
import type { NotificationComponents } from './parts.ts';
import type { ComponentOptions } from './settings.tsx';
import { outcome } from './usable.ts';

type PartName = keyof NotificationComponents;

interface PartOf<Name extends PartName> {
  name: Name;
  /** The app's parts. */
  of: ComponentOptions | undefined;
  /** The default parts. */
  by: Pick<NotificationComponents, Name>;
}

/** The part of the app, or the default one if the app has none or it throws. */
export function Part<Name extends PartName>({
  name,
  of,
  by,
  ...props
}: PartOf<Name> & ComponentProps<NotificationComponents[Name]>) {
  const Own = componentOf({ name, of, by }) as ComponentType<object>;
  const Default = by[name] as ComponentType<object>;
  return (
    <Guard fallback={<Default {...props} />}>
      <Own {...props} />
    </Guard>
  );
}

/** The component of a part: the app's, or the default one if that is none. */
export function componentOf<Name extends PartName>({
  name,
  of,
  by,
}: PartOf<Name>): NotificationComponents[Name] {
  const own = Object(of)[name];
  // Functions and classes, and what `memo`, `lazy` and `forwardRef` make.
  const isComponent = () => typeof own === 'function' || (Object(own).$$typeof && !isValidElement(own));
  return outcome(name, () => own, isComponent) ?? by[name];
}
