// Does with the generated client what an app and its backend do.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/google/uuid"

	"consumer/belfry"
)

var background = context.Background()

func main() {
	apiUrl, token := os.Getenv("API_URL"), os.Getenv("TOKEN")
	use(apiUrl, token, uuid.MustParse(os.Getenv("USER_ID")))
	showExample(apiUrl, token)
	showExample(apiUrl, "forged")
}

func use(apiUrl, token string, user uuid.UUID) {
	signed := func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+token)
		return nil
	}
	client := the(belfry.NewClientWithResponses(apiUrl, belfry.WithRequestEditorFn(signed)))

	var command belfry.Command
	must(command.FromCreateForOne(belfry.CreateForOne{UserId: user, Title: "One"}))
	created := the(client.CreateNotificationsWithResponse(background, nil, command))
	expect(created.JSON201 != nil, created.Status(), created.Body)
	one := the(created.JSON201.AsCreatedOne())
	expect(one.Created && !one.Suppressed, "created", created.Body)

	page := the(client.ListNotificationsWithResponse(background, nil))
	expect(page.JSON200 != nil && len(page.JSON200.Data) == 1, page.Status(), page.Body)
	id := page.JSON200.Data[0].Id
	marked := the(client.MarkReadWithResponse(background, id))
	expect(marked.JSON200 != nil && marked.JSON200.Notification.Status == "read", marked.Status(), marked.Body)

	since := &belfry.ListChangesParams{Since: 0}
	changes := the(client.ListChangesWithResponse(background, since))
	expect(changes.JSON200 != nil && changes.JSON200.UnreadCount == 0, changes.Status(), changes.Body)

	must(command.FromRetractForOne(belfry.RetractForOne{Action: "retract", UserId: user}))
	refused := the(client.CreateNotificationsWithResponse(background, nil, command))
	expect(refused.ApplicationproblemJSON400 != nil, refused.Status(), refused.Body)
	missing := the(client.GetNotificationWithResponse(background, id+1))
	expect(missing.ApplicationproblemJSON404 != nil, missing.Status(), missing.Body)
}

func the[Answer any](answer Answer, err error) Answer {
	must(err)
	return answer
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func expect(isSo bool, what string, body []byte) {
	if !isSo {
		must(fmt.Errorf("%s: %s", what, body))
	}
}
