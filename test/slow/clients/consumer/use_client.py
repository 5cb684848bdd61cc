"""Does with the generated client what an app and its backend do."""

import os
from uuid import UUID

from belfry_client import AuthenticatedClient
from belfry_client.api.create import create_notifications
from belfry_client.api.read import (
    count_unread,
    get_notification,
    get_preferences,
    list_changes,
    list_notifications,
)
from belfry_client.api.update import (
    archive_read,
    mark_all_read,
    mark_many,
    mark_read,
    mark_seen,
    set_preferences,
)
from belfry_client.models import (
    Bounds,
    ChangedAll,
    ChangesPage,
    ChosenTypes,
    ChosenTypesTypes,
    CreatedMany,
    CreatedOne,
    CreateForMany,
    CreateForOne,
    FeedPage,
    InboxState,
    MarkedNotification,
    MarkedNotifications,
    Marks,
    MarksAction,
    Metadata,
    NotFoundProblem,
    Notification,
    Preferences,
    Seen,
    Status,
    UnauthenticatedProblem,
    ValidationProblem,
)
from belfry_client.types import UNSET

api_url, user = os.environ["API_URL"], UUID(os.environ["USER_ID"])
belfry = AuthenticatedClient(base_url=api_url, token=os.environ["TOKEN"])


def expect(kind, answer):
    assert isinstance(answer, kind), answer
    return answer


metadata = Metadata.from_dict({"type": "booking", "route": None, "seat": 12})
ids = []
for title in ["One", "Two", "Three"]:
    command = CreateForOne(user_id=user, title=title, body=None, metadata=metadata)
    created = expect(CreatedOne, create_notifications.sync(client=belfry, body=command))
    assert created.created and created.notification.metadata["seat"] == 12
    ids.insert(0, created.notification.id)
command = CreateForMany(user_ids=[user], title="Four")
several = expect(CreatedMany, create_notifications.sync(client=belfry, body=command, idempotency_key="four"))
ids.insert(0, several.notifications[0].id)

listed, cursor = [], UNSET
while cursor is not None:
    page = list_notifications.sync(client=belfry, limit=3, cursor=cursor, status=[Status.UNREAD, Status.READ])
    listed += [each.id for each in expect(FeedPage, page).data]
    cursor = page.next_cursor
assert listed == ids, listed

marked = expect(MarkedNotification, mark_read.sync(ids[0], client=belfry))
assert marked.notification.status is Status.READ and marked.user_id == user
assert marked.notification.created_at.utcoffset() is not None
assert expect(Notification, get_notification.sync(ids[0], client=belfry)).title == "Four"
assert expect(InboxState, count_unread.sync(client=belfry)).unread_count == 3
assert expect(ChangedAll, mark_all_read.sync(client=belfry, body=Bounds(before_position=ids[2]))).updated == 2
assert expect(ChangedAll, mark_all_read.sync(client=belfry)).updated == 1
marks = Marks(action=MarksAction.ARCHIVE, ids=ids[2:], positions=ids[2:])
assert len(expect(MarkedNotifications, mark_many.sync(client=belfry, body=marks)).updated) == 2
seen = Seen(before_position=marked.notification.position, scope="attendee")
assert expect(InboxState, mark_seen.sync(client=belfry, body=seen)).scopes["attendee"].unseen_count == 0
assert expect(ChangedAll, archive_read.sync(client=belfry)).updated == 2
off = ChosenTypes(types=ChosenTypesTypes.from_dict({"promo": False}))
assert not expect(Preferences, set_preferences.sync(client=belfry, body=off)).types["promo"].enabled
assert expect(Preferences, get_preferences.sync(client=belfry)).types["payout"].critical
promo = CreateForOne(user_id=user, title="Half price", metadata=Metadata.from_dict({"type": "promo"}))
suppressed = expect(CreatedOne, create_notifications.sync(client=belfry, body=promo))
assert suppressed.suppressed and suppressed.notification is None
assert expect(ChangesPage, list_changes.sync(client=belfry, since=0)).unread_count == 0

refused = expect(ValidationProblem, list_notifications.sync(client=belfry, cursor="made-up"))
assert refused.code == "invalid_request" and refused.errors[0].path == "cursor"
missing = expect(NotFoundProblem, get_notification.sync(2**53 - 1, client=belfry))
assert (missing.status, missing.code) == (404, "not_found")
forged = AuthenticatedClient(base_url=api_url, token="forged")
assert expect(UnauthenticatedProblem, count_unread.sync(client=forged)).code == "unauthenticated"
