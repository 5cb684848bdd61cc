import { expectTypeOf, it } from 'vitest';
import type * as wire from '../../client/src/wire.ts';
import type { ActivitiesPage, ChangesPage, FeedPage, Preferences } from '../../functions/core/answers.ts';
import type { PushedFrame } from '../../functions/core/frames.ts';
import type { Metadata } from '../../functions/core/metadata.ts';
import type { Button, InboxState, Notification, Retracted } from '../../functions/core/notification.ts';
import type { Action, Status } from '../../functions/core/status.ts';

/** The properties of each type of a union, however they are put together. */
type Flat<Type> = Type extends unknown ? { [Name in keyof Type]: Type[Name] } : never;

// The compiler checks this; the test itself only runs through.
it('The client declares the shapes that the service answers with', () => {
  expectTypeOf<wire.Status>().toEqualTypeOf<Status>();
  expectTypeOf<wire.Action>().toEqualTypeOf<Action>();
  expectTypeOf<wire.Metadata>().toEqualTypeOf<Metadata>();
  expectTypeOf<wire.Notification>().toEqualTypeOf<Notification>();
  expectTypeOf<wire.Button>().toEqualTypeOf<Button>();
  expectTypeOf<wire.Retracted>().toEqualTypeOf<Retracted>();
  expectTypeOf<wire.ActivitiesPage>().toEqualTypeOf<ActivitiesPage>();
  expectTypeOf<wire.InboxState>().toEqualTypeOf<InboxState>();
  expectTypeOf<Flat<wire.FeedPage>>().toEqualTypeOf<FeedPage>();
  expectTypeOf<Flat<wire.ChangesPage>>().toEqualTypeOf<ChangesPage>();
  expectTypeOf<wire.Preferences>().toEqualTypeOf<Preferences>();
  expectTypeOf<Flat<wire.UserFrame>>().toEqualTypeOf<Flat<PushedFrame>>();
});
