import { expectTypeOf, it } from 'vitest';
import type * as wire from '../../client/src/wire.ts';
import type { ChangesPage, FeedPage } from '../../functions/core/answers.ts';
import type { InboxFrame } from '../../functions/core/frames.ts';
import type { Metadata } from '../../functions/core/metadata.ts';
import type { InboxState, Notification } from '../../functions/core/notification.ts';
import type { Action, Status } from '../../functions/core/status.ts';

// The compiler checks this; the test itself only runs through.
it('The client declares the shapes that the service answers with', () => {
  expectTypeOf<wire.Status>().toEqualTypeOf<Status>();
  expectTypeOf<wire.Action>().toEqualTypeOf<Action>();
  expectTypeOf<wire.Metadata>().toEqualTypeOf<Metadata>();
  expectTypeOf<wire.Notification>().toEqualTypeOf<Notification>();
  expectTypeOf<wire.InboxState>().toEqualTypeOf<InboxState>();
  expectTypeOf<wire.FeedPage>().branded.toEqualTypeOf<FeedPage>();
  expectTypeOf<wire.ChangesPage>().branded.toEqualTypeOf<ChangesPage>();
  expectTypeOf<wire.InboxFrame>().branded.toEqualTypeOf<InboxFrame>();
});
