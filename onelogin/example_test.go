package onelogin_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"olbot/onelogin"
)

// Ana has lost her phone: make a code that works for five minutes, once.
//
// This is what New-OneLoginTemporaryOTP does in PowerShell, with the connection as a value and a typed result.
func ExampleClient_GenerateMFAToken() {
	server := httptest.NewServer(http.HandlerFunc(oneLogin)) // stands in for https://acme.onelogin.com
	defer server.Close()

	client, err := onelogin.New(onelogin.Config{
		BaseURL:      server.URL,
		ClientID:     "client-id",
		ClientSecret: onelogin.NewSecret("client-secret"),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	ana, err := client.FindUser(ctx, onelogin.ByEmail, "ana@example.com")
	if err != nil {
		fmt.Println(err)
		return
	}
	token, err := client.GenerateMFAToken(ctx, ana.ID, 5*time.Minute, false)
	switch {
	case errors.Is(err, onelogin.ErrUnknown):
		fmt.Println("OneLogin may have made a code that nobody has seen:", err)
		return
	case err != nil: // onelogin.ErrNotIssued
		fmt.Println(err, "try again:", onelogin.Retryable(err))
		return
	}
	fmt.Println("for:", ana.Name())
	fmt.Println("printed:", token.Token)
	fmt.Println("revealed:", token.Token.Reveal())
	fmt.Println("until:", token.ExpiresAt)
	fmt.Println("reusable:", token.Reusable != nil && *token.Reusable)
	// Output:
	// for: Ana Lee
	// printed: [secret]
	// revealed: 07592782
	// until: 2026-07-27 23:25:50 +0000 UTC
	// reusable: false
}

// A wrong host or wrong credentials are worth finding out at start.
func ExampleClient_CheckCredentials() {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	client, err := onelogin.New(onelogin.Config{
		BaseURL: server.URL, ClientID: "client-id", ClientSecret: onelogin.NewSecret("client-secret"),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = client.CheckCredentials(context.Background())
	switch {
	case errors.Is(err, onelogin.ErrCredentials):
		fmt.Println("the credentials are refused")
	case errors.Is(err, onelogin.ErrUnavailable):
		fmt.Println("OneLogin cannot be reached")
	case err != nil:
		fmt.Println("this is not the OneLogin API")
	}
	// Output: this is not the OneLogin API
}

func oneLogin(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/auth/oauth2/v2/token":
		fmt.Fprint(w, `{"access_token":"a","created_at":"2026-07-27T23:20:00.000Z","expires_in":36000}`)
	case "/api/2/users":
		fmt.Fprint(w, `[{"id":36216766,"email":"ana@example.com"}]`)
	case "/api/2/users/36216766":
		fmt.Fprint(w, `{"id":36216766,"email":"ana@example.com","firstname":"Ana","lastname":"Lee","status":1,"state":1}`)
	case "/api/2/mfa/users/36216766/mfa_token":
		fmt.Fprint(w, `{"mfa_token":"07592782","expires_at":"2026-07-27T23:25:50Z","reusable":false,"device_id":"user_temp_otp_36216766"}`)
	}
}
