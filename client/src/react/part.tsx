import { type ComponentProps, type ComponentType, isValidElement } from 'react';
import { Guard } from './guard.tsx';
import { defaultComponents, type NotificationComponents } from './parts.tsx';
import type { ComponentOptions } from './settings.tsx';
import { outcome } from './usable.ts';

type PartName = keyof NotificationComponents;
type PartOf<Name extends PartName> = { name: Name; of: ComponentOptions | undefined };

/** The part of the app, or the default one if the app has none or it throws. */
export function Part<Name extends PartName>({
  name,
  of,
  ...props
}: PartOf<Name> & ComponentProps<NotificationComponents[Name]>) {
  const Own = componentOf({ name, of }) as ComponentType<object>;
  const Default = defaultComponents[name] as ComponentType<object>;
  return (
    <Guard fallback={<Default {...props} />}>
      <Own {...props} />
    </Guard>
  );
}

/** The component of a part: the app's, or the default one if that is none. */
export function componentOf<Name extends PartName>({ name, of }: PartOf<Name>): NotificationComponents[Name] {
  const own = Object(of)[name];
  // Functions and classes, and what `memo`, `lazy` and `forwardRef` make.
  const isComponent = () => typeof own === 'function' || (Object(own).$$typeof && !isValidElement(own));
  return outcome(name, () => own, isComponent) ?? defaultComponents[name];
}
