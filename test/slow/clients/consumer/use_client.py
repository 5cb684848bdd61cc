"""Does with the generated client what an app and its backend do."""

import os
from uuid import UUID

from belfry_client import AuthenticatedClient
from belfry_client.api.create import create_notifications
from belfry_client.api.read import count_unread, get_notification, list_changes, list_notifications
from belfry_client.api.update import mark_all_read, mark_read
from belfry_client.models import (
    ChangesPage,
    CreatedMany,
    CreatedOne,
    CreateForMany,
    CreateForOne,
    FeedPage,
    InboxState,
    MarkedNotification,
    Metadata,
    NotFoundProblem,
    Notification,
    ReadAll,
    ReadAllDone,
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
assert expect(ReadAllDone, mark_all_read.sync(client=belfry, body=ReadAll(before_id=ids[2]))).updated == 2
assert expect(ReadAllDone, mark_all_read.sync(client=belfry)).updated == 1
assert expect(ChangesPage, list_changes.sync(client=belfry, since=0)).unread_count == 0

refused = expect(ValidationProblem, list_notifications.sync(client=belfry, cursor="made-up"))
assert refused.code == "invalid_request" and refused.errors[0].path == "cursor"
missing = expect(NotFoundProblem, get_notification.sync(2**53 - 1, client=belfry))
assert (missing.status, missing.code) == (404, "not_found")
forged = AuthenticatedClient(base_url=api_url, token="forged")
assert expect(UnauthenticatedProblem, count_unread.sync(client=forged)).code == "unauthenticated"
